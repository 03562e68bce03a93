import Foundation
import HTTPExchange
import PosternTestSupport
import Synchronization
import Testing
import Transport

@testable import RelayControl

@Suite(.timeLimit(.minutes(1))) struct ControlServerTests {
    /// Runs the body against a server at a socket of its own.
    private func withServer(
        _ operations: StubOperations = StubOperations(), allowsOwnUser: Bool = true,
        _ body: (ControlClient, String, EventLoops) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/run/control.sock"
        let loops = EventLoops(count: 1)
        // Under root every peer of the test is root; the daemon's "own user" is then root as well.
        let rules = ControlRules(
            ownUserID: getuid(), allowsOwnUser: allowsOwnUser, adminGroupID: nil, monitorGroupID: nil)
        let server = try await ControlServer.bind(path: path, rules: rules, operations: operations, on: loops)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            defer { group.cancelAll() }
            try await body(ControlClient(socketPath: path, loops: loops), path, loops)
            await server.close()
        }
        await loops.shutdown()
    }

    private func gather(
        _ read: (@escaping @Sendable ([UInt8]) async -> Void) async throws -> Void
    ) async throws -> [[UInt8]] {
        let gathered = Gathered()
        try await read { gathered.add($0) }
        return gathered.all
    }

    @Test func `the socket is open to all in a folder that all can enter`() async throws {
        try await withServer { _, path, _ in
            let socket = try FileManager.default.attributesOfItem(atPath: path)
            let folder = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).deletingLastPathComponent().path)
            #expect(socket[.posixPermissions] as? Int == 0o666)
            #expect(folder[.posixPermissions] as? Int == 0o755)
        }
    }

    @Test func `status comes whole`() async throws {
        try await withServer { client, _, _ in
            let status = try ControlClient.decode(StatusDocument.self, from: await client.status())
            #expect(status.droppedEvents == 2)
            #expect(status.streams.first?.deliveredLastMinute == 4)
            #expect(status.streams.first?.troubles.first?.kind == "login-failed")
        }
    }

    @Test func `a long list comes line by line`() async throws {
        var selection = QueueSelection()
        (selection.stream, selection.state) = ("bulk", .held)
        try await withServer(StubOperations(shareCount: 5000)) { [selection] client, _, _ in
            let lines = try await gather { each throws in
                try await client.list(
                    QueueFilter(selection, showsAddresses: true), each: each)
            }
            #expect(lines.count == 5000)
            let last = try ControlClient.decode(ShareDocument.self, from: #require(lines.last))
            #expect(last.id == "0QJ5E6W3G4999/1")
            #expect(last.stream == "bulk")
            #expect(last.state == .held)
            #expect(last.recipients == ["c@d.example"])
        }
    }

    @Test func `an entry comes with its shares, and its content byte for byte`() async throws {
        try await withServer { client, _, _ in
            let entry = try ControlClient.decode(EntryDocument.self, from: await client.show("A"))
            #expect(entry.shares.first?.recipients.first?.redirectedFrom == "e@f.example")
            #expect(entry.shares.first?.isEdited == true)
            let content = try await gather { each throws in try await client.content("A", each: each) }
            #expect(content.flatMap(\.self) == Array("a: b\r\n\r\n".utf8) + [0, 0xFF, 0x0A])
        }
    }

    @Test func `an action says what became of each ID, and who asked`() async throws {
        let operations = StubOperations()
        try await withServer(operations) { client, _, _ in
            let lines = try await gather { each throws in
                try await client.perform(
                    QueueOrder(.release(isJudged: nil), on: QueueSelection(ids: ["A", "X/9"])), each: each)
            }
            let done = try lines.map { try ControlClient.decode(ActionDocument.self, from: $0) }
            #expect(done.map(\.result) == ["released", nil])
            #expect(done.map(\.error) == [nil, "there is no entry"])
        }
        let user = UserLookup.name(of: getuid()) ?? "uid \(getuid())"
        #expect(operations.asked.count == 1)
        #expect(operations.asked.first?.hasPrefix("release A X/9 by \(user)") == true)
    }

    @Test func `progress comes between the lines, to those who ask`() async throws {
        try await withServer { client, _, _ in
            let order = QueueOrder(.retry, on: .everything, tellsProgress: true)
            let lines = try await gather { each throws in try await client.perform(order, each: each) }
            #expect(lines.count == 2)
            let progress = try ControlClient.decode(WalkProgress.self, from: #require(lines.last))
            #expect(progress == WalkProgress(examined: 1, total: 1))
        }
    }

    @Test func `what cannot be done to anything is refused before it begins`() async throws {
        let operations = StubOperations()
        try await withServer(operations) { client, _, _ in
            await #expect(throws: ControlFailure.refused("no stream \"nowhere\" is configured")) {
                try await client.perform(QueueOrder(.reroute(into: "nowhere"), on: .everything)) { _ in }
            }
            await #expect(throws: ControlFailure.refused("gone: not in the queue")) {
                try await client.list(QueueFilter(QueueSelection(ids: ["gone"]))) { _ in }
            }
        }
        #expect(operations.asked.isEmpty)
    }

    @Test func `streams are listed, paused and resumed`() async throws {
        let operations = StubOperations()
        try await withServer(operations) { client, _, _ in
            let lines = try await gather { each throws in try await client.streams(each: each) }
            let streams = try lines.map { try ControlClient.decode(StreamDocument.self, from: $0) }
            #expect(streams.map(\.name) == ["office", "bulk"])
            let order = PauseOrder(stream: "office", reason: "why", span: .seconds(7200))
            let paused = try ControlClient.decode(StreamDocument.self, from: await client.pause(order))
            #expect(paused.paused?.reason == "why" && paused.paused?.until == "2026-11-21T11:00:00.000Z")
            let resumed = try ControlClient.decode(StreamDocument.self, from: await client.resume("office"))
            #expect(resumed.paused == nil)
            await #expect(throws: ControlFailure.refused("no stream \"xy\" is configured")) {
                try await client.pause(PauseOrder(stream: "xy", reason: "why"))
            }
            await #expect(throws: ControlFailure.refused("stream bulk is not paused")) {
                try await client.resume("bulk")
            }
        }
        #expect(operations.asked.map { $0.prefix(6) } == ["pause ", "resume"])
    }

    static let claims: [(UInt32, String?, String)] = [
        (0, nil, "root"), (0, "anna", "root (sudo: anna)"), (0, "a)b", "root"), (0, "", "root"),
        (0, String(repeating: "x", count: 65), "root"), (1000, "root", "bert"), (1001, "anna", "uid 1001"),
    ]

    @Test(arguments: claims)
    func `who stands behind root is believed of root alone`(
        user: UInt32, claim: String?, name: String
    ) async throws {
        let operations = StubOperations()
        let rules = ControlRules(ownUserID: 100, allowsOwnUser: false, adminGroupID: 50, monitorGroupID: 60)
        let names: [UInt32: String] = [0: "root", 1000: "bert"]
        let answerer = ControlAnswerer(rules: rules, operations: operations) { names[$0] }
        let answer = await answerer.answer(
            HTTPRequest(
                "POST", "/queue/retry", body: Array(#"{"all": true}"#.utf8),
                fields: claim.map { ["postern-sudo-user": $0] } ?? [:],
                credentials: PeerCredentials(userID: user, groupID: 50, groups: [])))
        guard case .stream(let produce) = answer.body else { throw ControlError.clientGone }
        try await produce(HTTPChunkWriter { _ in })
        #expect(operations.asked == ["retry all by \(name)"])
    }

    @Test func `what sudo left in the environment is the claim`() {
        #expect(OperatorClaim { ["SUDO_USER": "anna", "SUDO_UID": "1000"][$0] }?.name == "anna")
        #expect(OperatorClaim { ["SUDO_UID": "1000"][$0] }?.name == "uid-1000")
        #expect(OperatorClaim { _ in nil }?.name == nil)
    }

    @Test func `what is not there is refused with a reason`() async throws {
        try await withServer { client, _, _ in
            await #expect(throws: ControlFailure.refused("there is no entry B")) {
                try await client.show("B")
            }
            await #expect(throws: ControlFailure.refused("there is no entry B")) {
                try await client.content("B") { _ in }
            }
        }
    }

    @Test func `without a daemon the client says so`() async {
        let loops = EventLoops(count: 1)
        let client = ControlClient(socketPath: "/nonexistent/control.sock", loops: loops)
        let failure = await #expect(throws: ControlFailure.self) { try await client.status() }
        #expect(failure?.exitCode == 69)
        await loops.shutdown()
    }

    static let strangers: [(PeerCredentials?, Int, Int)] = [
        (nil, 403, 403),
        (PeerCredentials(userID: 1000, groupID: 1000, groups: []), 403, 403),
        (PeerCredentials(userID: 100, groupID: 100, groups: [50]), 403, 403),
        (PeerCredentials(userID: 1000, groupID: 60, groups: []), 200, 403),
        (PeerCredentials(userID: 1000, groupID: 1000, groups: [50]), 200, 200),
        (PeerCredentials(userID: 0, groupID: 0, groups: []), 200, 200),
    ]

    @Test(arguments: strangers)
    func `the peer's credentials decide`(peer: PeerCredentials?, reading: Int, operating: Int) async throws {
        let operations = StubOperations()
        let rules = ControlRules(ownUserID: 100, allowsOwnUser: false, adminGroupID: 50, monitorGroupID: 60)
        let answerer = ControlAnswerer(rules: rules, operations: operations)
        for path in ["/status", "/queue", "/queue/A", "/streams"] {
            let answer = await answerer.answer(HTTPRequest("GET", path, credentials: peer))
            #expect(answer.status == reading)
        }
        let content = await answerer.answer(HTTPRequest("GET", "/queue/A/content", credentials: peer))
        #expect(content.status == operating)
        let delete = await answerer.answer(
            HTTPRequest("POST", "/queue/delete", body: Array(#"{"all":true}"#.utf8), credentials: peer))
        #expect(delete.status == operating)
        let pause = await answerer.answer(
            HTTPRequest(
                "POST", "/streams/office/pause", body: Array(#"{"reason":"x"}"#.utf8), credentials: peer))
        #expect(pause.status == operating)
        // Whoever may nothing learns nothing, not even what there is.
        let unknown = await answerer.answer(HTTPRequest("GET", "/nothing", credentials: peer))
        #expect(unknown.status == (reading == 403 ? 403 : 404))
        if reading == 403 { #expect(operations.asked.isEmpty) }
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "GET /status\r\n\r\n", "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
        "GET http://x/status HTTP/9.9\r\n\r\n",
        "POST /queue/delete HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz",
        "POST /queue/delete HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
        "GET /queue/%zz HTTP/1.1\r\nHost: x\r\n\r\n", "DELETE /queue/A HTTP/1.1\r\nHost: x\r\n\r\n",
    ])
    func `garbage is answered 4xx or nothing, and the server lives`(text: String) async throws {
        try await withServer { client, path, _ in
            let answer = try RawPeer.exchange(path, text)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
            _ = try await client.status()
        }
    }

    @Test func `clients that say half a word do not keep others out`() async throws {
        try await withServer { client, path, _ in
            let halfOpen = try (0..<20).map { _ in try RawPeer.open(path, sending: "GET /sta") }
            defer { for descriptor in halfOpen { close(descriptor) } }
            _ = try await client.status()
        }
    }
}

private final class Gathered: Sendable {
    private let lines = Mutex<[[UInt8]]>([])
    func add(_ line: [UInt8]) { lines.withLock { $0.append(line) } }
    var all: [[UInt8]] { lines.withLock { $0 } }
}
