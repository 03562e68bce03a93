import NIOCore
import TLSEngine
import Testing

@testable import Transport

/// A listener on loopback that runs `serve` for each connection while `body` runs.
func withListener(
    _ address: Listener.Address = .tcp(host: "127.0.0.1", port: 0),
    serve: @escaping @Sendable (Connection) async -> Void,
    _ body: (Listener, Dialer) async throws -> Void
) async throws {
    let loops = EventLoops(count: 2)
    let listener = try await Listener.bind(address, on: loops)
    async let running: Void = listener.run(serve)
    let result: Result<Void, any Error>
    do { result = .success(try await body(listener, Dialer(loops: loops))) } catch {
        result = .failure(error)
    }
    await listener.close()
    await running
    await loops.shutdown()
    try result.get()
}

/// Sends back what comes until the peer ends.
@Sendable func echo(_ connection: Connection) async {
    // A peer that breaks off ends the echo too.
    while let bytes = try? await connection.read(within: .seconds(60)) {
        guard (try? await connection.send(bytes)) != nil else { return }
    }
}

extension Dialer {
    func connect(to listener: Listener) async throws(TransportError) -> Connection {
        try await connect(to: listener.local, within: .seconds(60))
    }
}

extension Connection {
    func read(_ count: Int) async throws(TransportError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = try await read(within: .seconds(60)) { bytes += more }
        return bytes
    }

    func send(_ text: String) async throws(TransportError) { try await send(Array(text.utf8)) }
}

/// Certificates of a throw-away authority for `mail.example`.
struct TestTLS: Sendable {
    let server: TLSContext
    let client: TLSContext
    let stranger: TLSContext

    init() throws {
        let validity = CertificateValidity(from: 1_700_000_000, lasting: .seconds(40 * 365 * 86_400))
        let authority = try ThrowAwayAuthority(name: "Test", validity: validity)
        let leaf = try authority.issue(names: ["mail.example"], validity: validity)
        server = try .server(certificatePEM: leaf.certificatePEM, keyPEM: leaf.keyPEM)
        client = try .client(trust: .pem(authority.certificatePEM))
        stranger = try .client(
            trust: .pem(ThrowAwayAuthority(name: "Other", validity: validity).certificatePEM))
    }
}

/// Opened once, waited for by many.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

    func open() { continuation.finish() }

    func wait() async { for await _ in stream {} }
}

extension Connection {
    /// Ends as a process that dies: no goodbye of TLS, only the kernel's.
    func cutForTests() {
        channel.eventLoop.execute { [channel] in
            channel._channelCore.close0(error: ChannelError.eof, mode: .all, promise: nil)
        }
    }
}
