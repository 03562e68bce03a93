import Testing

@testable import Transport

@Suite struct ConnectionTests {
    @Test func `bytes go both ways and an end is an end`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            #expect(connection.peer == listener.local)
            #expect(connection.local.isLoopback && connection.tls == nil && connection.credentials == nil)
            try await connection.send("hello")
            #expect(try await connection.read(5) == Array("hello".utf8))
            await connection.close()
            await #expect(throws: TransportError.closed) { try await connection.send("more") }
            await #expect(throws: TransportError.closed) { try await connection.read(within: .seconds(1)) }
            await connection.close()
        }
    }

    @Test func `a pinned session stays on its loop`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            try await withTaskExecutorPreference(connection.executor) {
                for round in 0..<100 {
                    try await connection.send([UInt8(round)])
                    #expect(try await connection.read(within: .seconds(60)) == [UInt8(round)])
                    // Traps elsewhere than on the connection's loop.
                    #expect(!connection.hasBufferedInput)
                }
            }
            await connection.close()
        }
    }

    @Test func `queued writes leave with the next flush and in order`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            connection.write(Array("a".utf8))
            connection.write(Array("b".utf8))
            try await connection.send("c")
            connection.write(Array("d".utf8))
            try await connection.flush()
            #expect(try await connection.read(4) == Array("abcd".utf8))
            await connection.close()
        }
    }

    @Test func `a silent peer costs no more than the patience`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            for _ in 0..<3 {
                await #expect(throws: TransportError.timedOut) {
                    try await connection.read(within: .milliseconds(2))
                }
            }
            // Nothing is lost by it, and a longer wait is not cut by the shorter one before.
            try await connection.send("x")
            #expect(try await connection.read(within: .seconds(60)) == Array("x".utf8))
            await connection.close()
        }
    }

    @Test func `a deadline holds although an earlier wait was longer`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            try await connection.send("x")
            _ = try await connection.read(within: .seconds(300))
            await #expect(throws: TransportError.timedOut) {
                try await connection.read(within: .milliseconds(2))
            }
            await connection.close()
        }
    }

    @Test func `cancellation ends a wait at once, and the connection stays usable`() async throws {
        try await withListener(serve: echo) { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            let result = await withTaskGroup(of: Result<[UInt8]?, TransportError>.self) { group in
                group.addTask {
                    do throws(TransportError) {
                        return .success(try await connection.read(within: .seconds(600)))
                    } catch {
                        return .failure(error)
                    }
                }
                group.cancelAll()
                return await group.next()
            }
            #expect(result == .failure(.cancelled))
            try await connection.send("x")
            #expect(try await connection.read(1) == Array("x".utf8))
            await connection.close()
        }
    }

    @Test func `a peer that reads nothing stops the sender, not the memory`() async throws {
        let (held, total) = (Gate(), 20 << 20)
        try await withListener { connection in
            await held.wait()
            var count = 0
            while let bytes = try? await connection.read(within: .seconds(60)) { count += bytes.count }
            try? await connection.send(Array(String(count).utf8))
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            let chunk = [UInt8](repeating: 7, count: 65_536)
            var sent = 0
            // Somewhere the buffers of both sides are full.
            let stuck = await #expect(throws: TransportError.self) {
                while sent < total {
                    try await connection.send(chunk, within: .milliseconds(50))
                    sent += chunk.count
                }
            }
            #expect(stuck == .timedOut)
            #expect(sent < total)
            held.open()
            await connection.close(lingering: true)
        }
    }

    @Test(arguments: [false, true])
    func `a large transfer arrives whole`(overTLS: Bool) async throws {
        let tls = try TestTLS()
        let total = 8 << 20
        try await withListener { connection in
            if overTLS {
                _ = try? await connection.startTLS(tls.server, role: .implicitServer, within: .seconds(60))
            }
            await echo(connection)
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            if overTLS {
                _ = try await connection.startTLS(
                    tls.client, role: .client(name: "mail.example"), within: .seconds(60))
            }
            async let sent: Void = {
                for index in 0..<(total >> 16) {
                    let chunk = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 1 << 16)
                    try await connection.send(chunk)
                }
            }()
            var received = 0
            var isRight = true
            while received < total, let bytes = try await connection.read(within: .seconds(60)) {
                #expect(bytes.count <= Limits.readByteCount)
                for byte in bytes {
                    isRight = isRight && byte == UInt8(truncatingIfNeeded: received >> 16)
                    received += 1
                }
            }
            try await sent
            #expect(isRight && received == total)
            await connection.close()
        }
    }

    @Test func `a peer that ends its half is still answered`() async throws {
        try await withListener { connection in
            var seen: [UInt8] = []
            while let bytes = try? await connection.read(within: .seconds(60)) { seen += bytes }
            try? await connection.send(seen.reversed())
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            try await connection.send("abc")
            // The far end sees our end first and answers then; lingering takes the answer in.
            await connection.close(lingering: true)
        }
    }

    @Test func `a last reply survives a peer that keeps sending`() async throws {
        try await withListener { connection in
            _ = try? await connection.read(within: .seconds(60))
            try? await connection.send("554 go away")
            await connection.close(lingering: true)
        } _: { listener, dialer in
            let connection = try await dialer.connect(to: listener)
            // Queued and not awaited: the loop goes on sending, however long this task waits for its turn. The other
            // side lingers for a bounded time only.
            connection.write([UInt8](repeating: 1, count: 1 << 20))
            #expect(try await connection.read(100) == Array("554 go away".utf8))
            await connection.close()
        }
    }
}
