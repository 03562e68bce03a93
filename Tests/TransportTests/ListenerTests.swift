import Foundation
import PosternTestSupport
import Testing

@testable import Transport

@Suite struct ListenerTests {
    @Test func `run returns when the listener is closed and all sessions have ended`() async throws {
        let (entered, leave) = (Gate(), Gate())
        let ended = AdmissionLimit(total: 10, perPeer: 10)
        let loops = EventLoops(count: 1)
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
        async let running: Void = listener.run { connection in
            entered.open()
            await leave.wait()
            #expect(ended.enter(connection.peer))
        }
        let connection = try await Dialer(loops: loops).connect(to: listener)
        await entered.wait()
        await listener.close()
        await #expect(throws: TransportError.refused(listener.local.description)) {
            try await Dialer(loops: loops).connect(to: listener)
        }
        #expect(ended.count == 0)
        leave.open()
        await running
        #expect(ended.count == 1)
        await connection.close()
        await loops.shutdown()
    }

    @Test func `a cancelled run ends its sessions and stops accepting`() async throws {
        let entered = Gate()
        let loops = EventLoops(count: 1)
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await listener.run { connection in
                    entered.open()
                    await #expect(throws: TransportError.cancelled) {
                        try await connection.read(within: .seconds(600))
                    }
                }
            }
            // The listener is there: what is dialled is accepted.
            let connection = try? await Dialer(loops: loops).connect(to: listener)
            #expect(connection != nil)
            await entered.wait()
            group.cancelAll()
            await group.waitForAll()
        }
        await #expect(throws: TransportError.self) { try await Dialer(loops: loops).connect(to: listener) }
        await loops.shutdown()
    }

    @Test func `IPv4 and IPv6 listen on the same port side by side`() async throws {
        let loops = EventLoops(count: 1)
        let six = try await Listener.bind(.tcp(host: "[::]", port: 0), on: loops)
        let four = try await Listener.bind(.tcp(host: "0.0.0.0", port: six.local.port), on: loops)
        #expect(four.local.port == six.local.port)
        await #expect(throws: TransportError.self) {
            try await Listener.bind(.tcp(host: "0.0.0.0", port: six.local.port), on: loops)
        }
        await four.close()
        await six.close()
        await #expect(throws: TransportError.listen("mail.example is not an IP address")) {
            try await Listener.bind(.tcp(host: "mail.example", port: 0), on: loops)
        }
        await loops.shutdown()
    }

    @Test func `a unix socket has its mode, its peer's credentials and leaves no file`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        try await withListener(.unix(path: path, mode: 0o660)) { connection in
            let credentials = connection.credentials
            try? await connection.send("\(credentials?.userID ?? 99) \(credentials?.groups.sorted() ?? [])")
        } _: { listener, dialer in
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
            let connection = try await dialer.connect(to: listener)
            var groups = [gid_t](repeating: 0, count: 1000)
            let count = Int(getgroups(1000, &groups))
            let expected = "\(getuid()) \(groups[..<count].sorted())"
            #expect(String(decoding: try await connection.read(1000), as: UTF8.self) == expected)
            await #expect(throws: TransportError.listen("\(path) is in use by another process")) {
                try await Listener.bind(.unix(path: path, mode: 0o600), on: EventLoops(count: 1))
            }
        }
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a stale socket is replaced and any other file is not`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let loops = EventLoops(count: 1)
        let listener = try await Listener.bind(.unix(path: path, mode: 0o600), on: loops)
        let hidden = path + "-hidden"
        rename(path, hidden)
        await listener.close()
        rename(hidden, path)
        #expect(access(path, F_OK) == 0)
        let next = try await Listener.bind(.unix(path: path, mode: 0o600), on: loops)
        await next.close()
        _ = FileManager.default.createFile(atPath: path, contents: Data("mine".utf8))
        await #expect(throws: TransportError.listen("\(path) exists and is no socket")) {
            try await Listener.bind(.unix(path: path, mode: 0o600), on: loops)
        }
        await loops.shutdown()
    }

    @Test func `nobody at home is told as refused, with the place`() async throws {
        let loops = EventLoops(count: 1)
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0), on: loops)
        let place = listener.local
        await listener.close()
        await #expect(throws: TransportError.refused(place.description)) {
            try await Dialer(loops: loops).connect(to: place, within: .seconds(60))
        }
        await loops.shutdown()
    }

    @Test func `a source address is used`() async throws {
        try await withListener { connection in
            try? await connection.send(connection.peer.text)
        } _: {
            listener, dialer in
            let connection = try await dialer.connect(
                to: listener.local, from: PeerAddress(literal: "127.0.0.9", port: 0), within: .seconds(60))
            #expect(try await connection.read(100) == Array("127.0.0.9".utf8))
            await connection.close()
        }
    }
}
