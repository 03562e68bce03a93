/// What two sides agreed on in a handshake.
public struct TLSFacts: Sendable, Hashable, CustomStringConvertible {
    /// As OpenSSL writes it: `TLSv1.3`.
    public let protocolName: String
    /// The cipher suite: `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// The subject of the peer's certificate; nil if it showed none.
    public let peerSubject: String?
    /// Who signed it; nil if it showed none.
    public let peerIssuer: String?
    /// The last moment that it is good for, in seconds since 1970; nil if it showed none.
    public let peerValidUntil: Int64?
    /// The chain ends at a trusted root and the certificate is for the name dialled.
    public let verified: Bool
    /// An earlier session was taken up again, which spared the certificates and most of the arithmetic.
    public let resumed: Bool

    /// `TLSv1.3 TLS_AES_256_GCM_SHA384`.
    public var description: String { protocolName + " " + cipher }
}
