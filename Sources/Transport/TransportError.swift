package import TLSEngine

/// Why a connection could not be made or used, in words for the journal.
package enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Somebody is there and does not want us.
    case refused(String)
    /// Nobody can be reached there.
    case unreachable(String)
    /// The peer, or a name server, took longer than allowed.
    case timedOut
    /// The task that waited was cancelled.
    case cancelled
    /// The connection is closed.
    case closed
    /// The connection broke: reset, or an error of the network.
    case broken(String)
    /// TLS failed.
    case tls(TLSError)
    /// A name has no address, or its name server does not answer.
    case name(String)
    /// The peer sent something behind its STARTTLS that would have been taken for encrypted.
    case inputBeforeTLS
    /// An address cannot be listened on.
    case listen(String)

    package var description: String {
        switch self {
        case .refused(let place): "\(place) refused the connection"
        case .unreachable(let reason), .broken(let reason), .name(let reason), .listen(let reason): reason
        case .timedOut: "timed out"
        case .cancelled: "cancelled"
        case .closed: "the connection is closed"
        case .tls(let error): error.description
        case .inputBeforeTLS: "the peer sent plain text where TLS had to begin"
        }
    }
}
