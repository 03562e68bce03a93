import Foundation
import PosternTestSupport
import Testing
import Transport

@testable import HTTPExchange

/// A server that waits for whoever is slow: a busy machine lets a test stand still for long.
private let patient: HTTPServer.Options = {
    var options = HTTPServer.Options()
    (options.requestPatience, options.lingerPatience) = (.seconds(600), .seconds(600))
    return options
}()

/// A server on a fresh unix socket that runs while `body` runs.
private func withServer(
    _ options: HTTPServer.Options = patient, handler: @escaping HTTPServer.Handler,
    _ body: (PeerAddress, HTTPClient, Dialer) async throws -> Void
) async throws {
    let loops = EventLoops(count: 2)
    let folder = try TemporaryFolder()
    let path = folder.path + "/socket"
    let server = try await HTTPServer.bind(.unix(path: path, mode: 0o666), on: loops, options: options)
    async let running: Void = server.run(handler)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(server.local, HTTPClient(loops: loops), Dialer(loops: loops)))
    } catch { result = .failure(error) }
    await server.close()
    await running
    await loops.shutdown()
    #expect(access(path, F_OK) != 0)
    try result.get()
}

/// Tells what it was asked.
@Sendable private func mirror(_ request: HTTPRequest) async -> HTTPResponse {
    let query = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
        separator: "&")
    let text =
        "\(request.method) \(request.path) [\(query)] \(request.body.count) uid \(request.credentials?.userID ?? 9)"
    return HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8))
}

/// Sends raw bytes and returns all that comes back until the end.
private func raw(_ text: String, _ dialer: Dialer, _ target: PeerAddress) async throws -> String {
    let connection = try await dialer.connect(to: target, within: .seconds(600))
    // A server may answer and close before the write is told that it was done: what it said counts.
    try? await connection.send(Array(text.utf8))
    var answer: [UInt8] = []
    while let bytes = try await connection.read(within: .seconds(600)) { answer += bytes }
    await connection.close()
    return String(decoding: answer, as: UTF8.self)
}

@Suite struct HTTPExchangeTests {
    private let patience = Duration.seconds(600)

    @Test func `a request arrives as sent, with the peer's credentials`() async throws {
        try await withServer(handler: mirror) { target, client, _ in
            var request = HTTPRequest("POST", "/queue/01H/2/a b", query: ["older": "1 h+é", "all": ""])
            request.body = [UInt8](repeating: 65, count: 300_000)
            let answer = try await client.send(request, to: target, within: patience)
            #expect(answer.status == 200 && answer.contentType == "text/plain")
            let text = "POST /queue/01H/2/a b [all=&older=1 h+é] 300000 uid \(getuid())"
            #expect(String(decoding: answer.bytes, as: UTF8.self) == text)
        }
    }

    @Test func `curl can talk to it`() async throws {
        try await withServer(handler: mirror) { target, _, _ in
            let curl = Process()
            curl.executableURL = URL(filePath: "/usr/bin/env")
            curl.arguments = ["curl", "-s", "--unix-socket", target.text, "http://localhost/queue?x=1"]
            let output = Pipe()
            curl.standardOutput = output
            let ended = AsyncStream.makeStream(of: Void.self)
            curl.terminationHandler = { _ in ended.continuation.finish() }
            try curl.run()
            for await _ in ended.stream {}
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(text == "GET /queue [x=1] 0 uid \(getuid())")
        }
    }

    @Test func `a connection serves one request after the other`() async throws {
        try await withServer(handler: mirror) { target, _, dialer in
            let answer = try await raw(
                "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                dialer, target)
            #expect(answer.contains("GET /a [] 0") && answer.contains("GET /b [] 0"))
            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        }
    }

    @Test func `a long answer is streamed to a client that takes it piece by piece`() async throws {
        let piece = [UInt8](repeating: 10, count: 10_000)
        try await withServer { _ in
            HTTPResponse { writer in for _ in 0..<1000 { try await writer.write(piece) } }
        } _: { target, client, _ in
            let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
            let answer = try await client.send(HTTPRequest("GET", "/queue"), to: target, within: patience) {
                continuation.yield($0.count)
            }
            continuation.finish()
            var total = 0
            for await count in stream { total += count }
            #expect(answer.status == 200 && answer.bytes.isEmpty)
            #expect(total == 10_000_000)
        }
    }

    @Test func `an answer that breaks off is not taken for whole`() async throws {
        struct Broken: Error {}
        try await withServer { _ in
            HTTPResponse { writer in
                try await writer.write([1, 2, 3])
                throw Broken()
            }
        } _: { target, client, _ in
            await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", "/"), to: target, within: patience)
            }
        }
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{2} garbage\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "220 mail.example ESMTP\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET http://other/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ])
    func `what is no request gets 400 and no more`(text: String) async throws {
        try await withServer { _ in
            #expect(Bool(false), "no handler may see this")
            return HTTPResponse(status: 200)
        } _: { target, _, dialer in
            let answer = try await raw(text, dialer, target)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func `a head beyond its bound is refused, wherever it grows`() async throws {
        try await withServer(handler: mirror) { target, _, dialer in
            let long = String(repeating: "a", count: 100_000)
            let many = String(repeating: "X: y\r\n", count: 1000)
            let heads = [
                "/ HTTP/1.1\r\nX: \(long)\r\n\r\n", "/\(long) HTTP/1.1\r\n\r\n", "/ HTTP/1.1\r\n\(many)\r\n",
            ]
            for head in heads {
                // Often, since the answer races with what is still being sent.
                for _ in 0..<20 {
                    let answer = try await raw("GET " + head, dialer, target)
                    #expect(answer.hasPrefix("HTTP/1.1 400"), "\(head.prefix(30))")
                }
            }
        }
    }

    @Test func `a body beyond its bound gets 413`() async throws {
        var options = patient
        options.bodyByteCountLimit = 10
        try await withServer(options, handler: mirror) { target, client, _ in
            let fits = HTTPRequest("POST", "/", body: [UInt8](repeating: 1, count: 10))
            let taken = try await client.send(fits, to: target, within: patience)
            #expect(taken.status == 200)
            let large = HTTPRequest("POST", "/", body: [UInt8](repeating: 1, count: 11))
            let refused = try await client.send(large, to: target, within: patience)
            #expect(refused.status == 413)
        }
    }

    @Test func `a body beyond its bound gets 413 while it is still being sent`() async throws {
        var options = patient
        options.bodyByteCountLimit = 10
        try await withServer(options, handler: mirror) { target, _, dialer in
            let body = String(repeating: "b", count: 1 << 20)
            let answer = try await raw(
                "POST / HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body, dialer, target)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `a client that never ends what it was told to end does not keep its connection`() async throws
    {
        try await withServer(handler: mirror) { target, _, dialer in
            let connection = try await dialer.connect(to: target, within: patience)
            try await connection.send(Array("garbage\r\n\r\n".utf8))
            await #expect(throws: TransportError.self) {
                while true { try await connection.send([UInt8](repeating: 65, count: 65_536)) }
            }
            await connection.close()
        }
    }

    @Test func `nor one that is silent from then on`() async throws {
        var options = patient
        options.lingerPatience = .milliseconds(20)
        let silent = AsyncStream.makeStream(of: Connection.self)
        try await withServer(options, handler: mirror) { target, _, dialer in
            let connection = try await dialer.connect(to: target, within: patience)
            try await connection.send(Array("garbage\r\n\r\n".utf8))
            // Until it ends, with the answer taken or not: this client had little time.
            while let bytes = try? await connection.read(within: patience), !bytes.isEmpty {}
            silent.continuation.yield(connection)
            // The server ends here although the client does not.
        }
        silent.continuation.finish()
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"])
    func `a client that does not finish its request is cut off`(text: String) async throws {
        var options = patient
        options.requestPatience = .milliseconds(20)
        try await withServer(options, handler: mirror) { target, _, dialer in
            // Perhaps before it has sent as much as that.
            let answer = try? await raw(text, dialer, target)
            #expect(answer ?? "" == "")
        }
    }

    @Test func `a client that takes nothing does not keep its connection`() async throws {
        var options = patient
        (options.responsePatience, options.lingerPatience) = (.milliseconds(20), .milliseconds(20))
        let failed = AsyncStream.makeStream(of: Void.self)
        try await withServer(options) { _ in
            HTTPResponse { writer in
                defer { failed.continuation.finish() }
                while true { try await writer.write([UInt8](repeating: 0, count: 65_536)) }
            }
        } _: { target, _, dialer in
            let connection = try await dialer.connect(to: target, within: patience)
            try await connection.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            for await _ in failed.stream {}
            await connection.close()
        }
    }

    @Test func `a server that does not answer costs no more than the patience`() async throws {
        let release = AsyncStream.makeStream(of: Void.self)
        try await withServer { _ in
            for await _ in release.stream {}
            return HTTPResponse(status: 200)
        } _: { target, client, _ in
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", "/"), to: target, within: .milliseconds(20))
            }
            release.continuation.finish()
            guard case .timedOut = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test func `no server is told as unreachable`() async throws {
        let loops = EventLoops(count: 1)
        let nowhere = PeerAddress(host: .unix(path: "/nowhere/postern.sock"), port: 0)
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(loops: loops).send(
                HTTPRequest("GET", "/"), to: nowhere, within: .seconds(600))
        }
        #expect(error?.description == "/nowhere/postern.sock: No such file or directory")
        await loops.shutdown()
    }
}
