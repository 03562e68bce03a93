import Glibc

/// Host names to addresses, through the system's own rules.
///
/// glibc's lookup blocks for as long as a name server is silent, so it runs on a few threads of this resolver:
/// with one resolver a stream, a silent name server holds up nobody else, and no number of waiting messages makes
/// more threads. Callers wait no longer than they want to.
package final class Resolver: Sendable {
    /// A blocking lookup.
    package typealias Lookup =
        @Sendable (_ host: String, _ port: Int) -> Result<[PeerAddress], TransportError>

    private let pool: LookupPool

    package init(threads: Int) { pool = LookupPool(threadCountLimit: threads, lookup: Self.lookUp) }

    /// With another source of answers.
    package init(threads: Int, lookup: @escaping Lookup) {
        pool = LookupPool(threadCountLimit: threads, lookup: lookup)
    }

    deinit { pool.close() }

    /// The addresses in the order to try them. An address literal is its own answer.
    package func addresses(
        of host: String, port: Int, within patience: Duration
    ) async throws(TransportError) -> [PeerAddress] {
        if let literal = PeerAddress(literal: host, port: port) { return [literal] }
        let result = await withTaskGroup(of: Result<[PeerAddress], TransportError>.self) { [pool] group in
            group.addTask { await pool.lookUp(host, port) }
            group.addTask {
                // A cancelled sleep ends early, and the lookup's own answer is there or comes at once.
                try? await Task.sleep(for: patience)
                return .failure(Task.isCancelled ? .cancelled : .timedOut)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.cancelled)
        }
        if case .failure(.timedOut) = result { throw .name("\(host): the name server does not answer") }
        return try result.get()
    }

    private static func lookUp(_ host: String, _ port: Int) -> Result<[PeerAddress], TransportError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        guard status == 0 else {
            return .failure(.name("\(host): \(String(cString: gai_strerror(status)))"))
        }
        defer { freeaddrinfo(found) }
        var addresses: [PeerAddress] = []
        var next = found
        while let entry = next?.pointee, addresses.count < Limits.addressCountPerName {
            let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            if let address = PeerAddress(sockaddr: bytes), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(.name("\(host) has no address")) : .success(addresses)
    }
}
