import NIOCore
import NIOEmbedded
import TLSEngine
import Testing

@testable import Transport

@Suite struct StartTLSTests {
    private let tls: TestTLS

    init() throws { tls = try TestTLS() }

    @Test func `a connection goes on inside TLS`() async throws {
        try await withListener { [tls] connection in
            _ = try? await connection.read(within: .seconds(60))
            try? await connection.send("220 go ahead")
            let facts = try? await connection.startTLS(tls.server, role: .server, within: .seconds(60))
            guard facts != nil else { return }
            await echo(connection)
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            try await connection.send("STARTTLS")
            #expect(try await connection.read(12) == Array("220 go ahead".utf8))
            let facts = try await connection.startTLS(
                tls.client, role: .client(name: "mail.example"), within: .seconds(60))
            #expect(facts.verified && connection.tls == facts)
            try await connection.send("EHLO")
            #expect(try await connection.read(4) == Array("EHLO".utf8))
            await connection.close()
        }
    }

    @Test func `what came before TLS is refused and not taken for encrypted`() async throws {
        let handler = ConnectionHandler()
        let channel = EmbeddedChannel(handler: handler)
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 25), promise: nil)
        try channel.writeInbound(ByteBuffer(string: "MAIL FROM:<evil@example>\r\n"))
        await #expect(throws: TransportError.inputBeforeTLS) {
            try await handler.startTLS(TLSSession(server: tls.server), within: .seconds(60))
        }
        // No handler of TLS is there, and nothing but the plain bytes can be read.
        #expect(try handler.takeInput() == .some(Array("MAIL FROM:<evil@example>\r\n".utf8)))
    }

    @Test func `both sides learn why a certificate was refused`() async throws {
        let seen = AsyncStream.makeStream(of: TransportError.self)
        try await withListener { [tls] connection in
            do throws(TransportError) {
                _ = try await connection.startTLS(tls.server, role: .implicitServer, within: .seconds(60))
                // TLS 1.3: the server's handshake is over before the client looks at the certificate.
                _ = try await connection.read(within: .seconds(60))
            } catch { seen.continuation.yield(error) }
            seen.continuation.finish()
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            let error = await #expect(throws: TransportError.self) {
                try await connection.startTLS(
                    tls.stranger, role: .client(name: "mail.example"), within: .seconds(60))
            }
            guard case .tls(.untrusted) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            var errors: [TransportError] = []
            for await error in seen.stream { errors.append(error) }
            guard case .tls(.refusedByPeer) = errors.first else { return #expect(Bool(false), "\(errors)") }
            await connection.close()
        }
    }

    @Test func `a name mismatch is told apart`() async throws {
        try await withListener { [tls] connection in
            _ = try? await connection.startTLS(tls.server, role: .implicitServer, within: .seconds(60))
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            await #expect(
                throws: TransportError.tls(
                    .nameMismatch(expected: "other.example", presented: ["mail.example"]))
            ) {
                try await connection.startTLS(
                    tls.client, role: .client(name: "other.example"), within: .seconds(60))
            }
        }
    }

    @Test func `a peer that never shakes hands costs no more than the patience`() async throws {
        let done = Gate()
        try await withListener { _ in
            await done.wait()
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            await #expect(throws: TransportError.timedOut) {
                try await connection.startTLS(
                    tls.client, role: .client(name: "mail.example"), within: .milliseconds(5))
            }
            done.open()
        }
    }

    @Test func `a goodbye ends the input and a cut is an error`() async throws {
        for polite in [true, false] {
            let seen = AsyncStream.makeStream(of: TransportError.self)
            try await withListener { [tls] connection in
                do throws(TransportError) {
                    _ = try await connection.startTLS(tls.server, role: .implicitServer, within: .seconds(60))
                    try await connection.send("220")
                    while try await connection.read(within: .seconds(60)) != nil {}
                } catch { seen.continuation.yield(error) }
                seen.continuation.finish()
            } _: { listener, dialer in
                let connection = try await dialer.connect(to: listener)
                _ = try await connection.startTLS(
                    tls.client, role: .client(name: "mail.example"), within: .seconds(60))
                // Unread input would turn the end into a reset.
                #expect(try await connection.read(3) == Array("220".utf8))
                try await connection.send("QUIT")
                if polite { await connection.close() } else { connection.cutForTests() }
                var errors: [TransportError] = []
                for await error in seen.stream { errors.append(error) }
                #expect(errors == (polite ? [] : [.tls(.truncated(inHandshake: false))]))
            }
        }
    }
}
