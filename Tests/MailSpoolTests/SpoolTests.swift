import Foundation
import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// The whole spool with its threads on a real file system.
@Suite struct SpoolTests {
    private let folder: TemporaryFolder
    private let options: SpoolOptions

    init() throws {
        folder = try TemporaryFolder()
        options = SpoolOptions(directory: folder.path + "/spool", minimumFreeByteCount: 0, diskThreadCount: 4)
    }

    private func open(
        _ disk: any Disk = PosixDisk(), now: @escaping @Sendable () -> Timestamp = { Samples.time }
    ) async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            options, disk: disk, now: now, uptime: { Self.uptime },
            random: { random.withLock { $0.next() } })
    }

    private static let uptime = Uptime(milliseconds: 5000)

    private func accept(_ message: [UInt8], _ entry: NewEntry, in spool: Spool) async throws -> QueueID {
        var draft = spool.makeDraft()
        for start in stride(from: 0, to: message.count, by: 30_000) {
            try await draft.append(message[start..<min(start + 30_000, message.count)])
        }
        return try await spool.commit(draft, entry)
    }

    private func files() throws -> [String] {
        let queue = options.directory + "/queue"
        return try FileManager.default.subpathsOfDirectory(atPath: queue).filter { $0.contains("/") }
    }

    private func delivered(_ places: Int...) -> ShareChange {
        var change = ShareChange()
        for place in places { (change.statuses[place], change.replies[place]) = (.delivered, "250 ok") }
        change.attemptCount = 1
        return change
    }

    @Test(arguments: [0, 1, 4096, 65_536, 65_537, 200_000])
    func `a message goes through byte for byte and leaves nothing`(_ byteCount: Int) async throws {
        let spool = try await open()
        let message = Samples.message(byteCount)
        let id = try await accept(message, Samples.plain, in: spool)
        let ticket = try #require(spool.take(for: "bulk"))
        #expect(
            ticket
                == Ticket(
                    share: ShareID(entry: id, number: 1), attemptCount: 0, acceptedAt: Samples.time,
                    isRecovered: false))
        let claim = try #require(try await spool.claim(ticket.share, from: "bulk"))
        #expect(claim.front == Array(message.prefix(65_536)))
        #expect(try await read(claim.reader) == message)
        #expect(try await read(spool.message(id)) == message)
        #expect(claim.entry.envelope == Samples.envelope)
        try await spool.record(delivered(0, 1, 2), of: ticket.share)
        #expect(try files().isEmpty && spool.list().isEmpty)
        await spool.close()
    }

    private func read(_ reader: MessageReader) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: reader.byteCount, by: 10_000) {
            bytes += try await reader.read(start..<min(start + 10_000, reader.byteCount))
        }
        return bytes
    }

    @Test(arguments: [100, 150_000])
    func `each share has its own edits, stream and fate`(_ byteCount: Int) async throws {
        let spool = try await open()
        let message = Samples.message(byteCount)
        let entry = Samples.split(byteCount)
        let id = try await accept(message, entry, in: spool)
        #expect(
            spool.counts() == [
                "bulk": .init(waiting: 1, held: 1, messageByteCount: 2 * byteCount),
                "other": .init(waiting: 1, messageByteCount: byteCount),
            ])
        for number in [1, 3] {
            let share = ShareID(entry: id, number: number)
            let claim = try #require(try await spool.claim(share))
            #expect(
                try await read(claim.reader) == Samples.bytes(of: entry.shares[number - 1].pieces, message))
            try await spool.record(delivered(0), of: share)
        }
        let held = ShareID(entry: id, number: 2)
        #expect(try await spool.claim(held) == nil)
        #expect(spool.list().map(\.id) == [held])
        #expect(try await spool.entry(id).shares.map(\.standing).filter { $0 == .ended }.count == 2)
        try await spool.release(held)
        _ = try #require(try await spool.claim(held))
        try await spool.record(delivered(0), of: held)
        #expect(try files().isEmpty)
        await spool.close()
    }

    @Test func `a second opening is refused and names the holder`() async throws {
        let spool = try await open()
        await #expect(throws: SpoolError.inUse("process \(ProcessInfo.processInfo.processIdentifier)")) {
            _ = try await open()
        }
        await spool.close()
        try await open().close()
    }

    @Test func `what waits is found again after a restart, with its state`() async throws {
        var spool = try await open()
        let id = try await accept(Samples.message(100), Samples.plain, in: spool)
        let share = ShareID(entry: id, number: 1)
        _ = try #require(try await spool.claim(share))
        var change = delivered(1)
        change.nextAttemptAt = Samples.time + .seconds(300)
        change.lastReply = "451 later"
        try await spool.record(change, of: share)
        await spool.close()

        spool = try await open()
        let recovered = await spool.scanned()
        #expect(recovered.isComplete && recovered.entryCount == 1 && recovered.damagedCount == 0)
        #expect(spool.take(for: "bulk") == nil)
        #expect(spool.nextDueAt(for: "bulk") == Self.uptime + .seconds(300))
        #expect(spool.list().first?.nextAttemptAt == Samples.time + .seconds(300))
        try await spool.retry(share)
        let ticket = try #require(spool.take(for: "bulk"))
        #expect(ticket.isRecovered && ticket.attemptCount == 1)
        let claim = try #require(try await spool.claim(share))
        #expect(claim.share.recipients.map(\.status) == [.pending, .delivered, .pending])
        #expect(claim.share.lastReply == "451 later")
        #expect(spool.counts()["bulk"]?.retrying == 1)
        await spool.close()
    }

    @Test func `a draft that is dropped leaves nothing, small or large`() async throws {
        let spool = try await open()
        for byteCount in [100, 300_000] {
            var draft = spool.makeDraft()
            for _ in 0..<10 { try await draft.append(Samples.message(byteCount / 10)) }
            let part = Samples.message(byteCount / 10)
            #expect(try await draft.head(50) == Array((part + part + part + part + part).prefix(50)))
            #expect(try files().count == (byteCount > 65_536 ? 1 : 0))
        }
        await spool.close()
        #expect(try files().isEmpty)
    }

    @Test func `a share is claimed once at a time`() async throws {
        let spool = try await open()
        let share = ShareID(entry: try await accept([1], Samples.plain, in: spool), number: 1)
        #expect(try await spool.claim(share, from: "other") == nil)
        _ = try #require(try await spool.claim(share))
        #expect(try await spool.claim(share) == nil)
        await #expect(throws: SpoolError.underWay) { try await spool.delete(share) }
        await spool.unclaim(share)
        #expect(try await spool.claim(share) != nil)
        await spool.close()
    }

    @Test func `the end of a hold is kept until it is held for another reason`() async throws {
        let spool = try await open()
        let share = ShareID(entry: try await accept([1], Samples.plain, in: spool), number: 1)
        let hold = Hold(
            reason: "wait", rule: "a:1", heldAt: Samples.time, endsAt: Samples.time + .seconds(60))
        try await spool.hold(share, hold)
        #expect(try await spool.entry(share.entry).shares[0].standing == .held(hold))
        let other = Hold(reason: "other", heldAt: Samples.time + .seconds(5))
        try await spool.keepHeld(share, other, in: "bulk")
        #expect(
            try await spool.entry(share.entry).shares[0].standing
                == .held(Hold(reason: "other", heldAt: Samples.time)))
        await spool.close()
    }

    @Test func `a person holds, releases, hastens, reroutes and deletes`() async throws {
        let spool = try await open()
        let share = ShareID(entry: try await accept([1], Samples.plain, in: spool), number: 1)
        #expect(spool.take(for: "bulk")?.share == share)
        await #expect(throws: SpoolError.unfitting) { try await spool.release(share) }
        try await spool.hold(share, Hold(reason: "wait", heldAt: Samples.time))
        await #expect(throws: SpoolError.unfitting) { try await spool.retry(share) }
        #expect(try await spool.claim(share) == nil && spool.take(for: "bulk") == nil)
        #expect(spool.list(ShareFilter(state: .held)).map(\.id) == [share])
        try await spool.release(share)
        try await spool.retry(share)
        #expect(spool.take(for: "bulk")?.share == share)
        #expect(spool.take(for: "bulk") == nil, "it is offered once")
        try await spool.reroute(share, into: "other")
        #expect(spool.take(for: "other")?.share == share)
        #expect(try await spool.claim(share, from: "bulk") == nil)
        try await spool.delete(share)
        await #expect(throws: SpoolError.notFound) { try await spool.delete(share) }
        #expect(try files().isEmpty)
        await spool.close()
    }

    @Test func `the time of all holds adds up, also over a restart, and never runs backward`() async throws {
        let clock = ManualClock(Samples.time)
        var spool = try await open(now: { clock.now })
        let share = ShareID(entry: try await accept([1], Samples.plain, in: spool), number: 1)
        for span in [Duration.seconds(30), .seconds(-90), .seconds(12)] {
            try await spool.hold(share, Hold(reason: "wait", heldAt: clock.now))
            clock.advance(by: span)
            try await spool.release(share)
            await spool.close()
            spool = try await open(now: { clock.now })
            await spool.scanned()
        }
        #expect(try await spool.entry(share.entry).shares[0].heldFor == .seconds(42))
        await spool.close()
    }

    @Test func `a damaged message is set aside when it is to be delivered, and named`() async throws {
        let spool = try await open()
        let id = try await accept(Samples.message(1000), Samples.plain, in: spool)
        let path = try options.directory + "/queue/" + #require(try files().first)
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[500] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        do {
            _ = try await spool.claim(ShareID(entry: id, number: 1))
            Issue.record("claimed")
        } catch SpoolError.damaged(let file) {
            #expect(file.id == id && file.path == options.directory + "/damaged/\(id)")
            #expect([UInt8](try Data(contentsOf: URL(filePath: file.path))) == bytes)
        }
        #expect(try spool.list().isEmpty && files().isEmpty)
        await spool.close()
    }

    @Test func `what is not ours in the queue is set aside unread`() async throws {
        try await open().close()
        let queue = options.directory + "/queue"
        try FileManager.default.createDirectory(atPath: queue + "/000000", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: queue + "/stray"))
        try Data("x".utf8).write(to: URL(filePath: queue + "/000000/README"))
        mkfifo(queue + "/000000/\(QueueID(5))", 0o600)
        symlink("/etc/passwd", queue + "/000000/\(QueueID(6))")
        let spool = try await open()
        let recovered = await spool.scanned()
        #expect(recovered.damagedCount == 4 && recovered.entryCount == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: options.directory + "/damaged")
        #expect(Set(names) == ["stray", "README", "\(QueueID(5))", "\(QueueID(6))"])
        await spool.close()
    }

    @Test func `who waits for arrivals is woken by a commit, by cancellation and by the end`() async throws {
        let spool = try await open()
        async let arrived: Void = spool.nextArrival(for: "bulk")
        let id = try await accept([1], Samples.plain, in: spool)
        await arrived
        #expect(spool.take(for: "bulk")?.share.entry == id)
        let cancelled = Task { await spool.nextArrival(for: "bulk") }
        cancelled.cancel()
        await cancelled.value
        async let ended: Void = spool.nextArrival(for: "bulk")
        await spool.close()
        await ended
        await #expect(throws: SpoolError.closed) { _ = try await accept([1], Samples.plain, in: spool) }
    }

    @Test func `without room nothing new is taken, and what is there still leaves`() async throws {
        var spool = try await open()
        let id = try await accept([1], Samples.plain, in: spool)
        await spool.close()
        let greedy = SpoolOptions(directory: options.directory, minimumFreeByteCount: .max)
        spool = try await Spool.open(
            greedy, now: { Samples.time }, uptime: { Self.uptime }, random: { 7 })
        await spool.scanned()
        #expect(!spool.hasRoom)
        await #expect(throws: SpoolError.full) { _ = try await accept([1], Samples.plain, in: spool) }
        let share = ShareID(entry: id, number: 1)
        _ = try #require(try await spool.claim(share))
        try await spool.record(delivered(0, 1, 2), of: share)
        #expect(try files().isEmpty)
        await spool.close()
    }

    @Test func `many at once all end up on the disk`() async throws {
        let spool = try await open()
        let ids = try await withThrowingTaskGroup(of: QueueID.self) { group in
            for number in 0..<200 {
                group.addTask { try await accept(Samples.message(number * 10), Samples.plain, in: spool) }
            }
            return try await group.reduce(into: Set<QueueID>()) { $0.insert($1) }
        }
        #expect(ids.count == 200)
        await spool.close()
        let again = try await open()
        #expect(await again.scanned().entryCount == 200 && Set(again.list().map(\.id.entry)) == ids)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for summary in again.list() { group.addTask { try await again.delete(summary.id) } }
            try await group.waitForAll()
        }
        #expect(try files().isEmpty)
        await again.close()
    }

    /// With the folders above the spool's.
    private func simulatedDisk() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        try disk.makeFolder(folder.path.split(separator: "/").first.map { "/" + $0 } ?? "/")
        for end in folder.path.indices.dropFirst() where folder.path[end] == "/" {
            try? disk.makeFolder(String(folder.path[..<end]))
        }
        try disk.makeFolder(folder.path)
        for end in folder.path.indices where folder.path[end] == "/" {
            try disk.syncFolder(end == folder.path.startIndex ? "/" : String(folder.path[..<end]))
        }
        return disk
    }

    @Test func `a result that the disk did not take is told to it again while the process lives`()
        async throws
    {
        let disk = try simulatedDisk()
        let spool = try await open(disk)
        let id = try await accept(Samples.message(100), Samples.split(100), in: spool)
        let share = ShareID(entry: id, number: 1)
        _ = try #require(try await spool.claim(share))
        disk.plan(.failures(from: 1, .noSpace))
        await #expect(throws: SpoolError.full) { try await spool.record(delivered(0), of: share) }
        await spool.catchUp()
        #expect(spool.list().map(\.id.number) == [2, 3])
        disk.plan(.nothing)
        await spool.catchUp()

        let afterPowerCut = disk.copy()
        afterPowerCut.restart(.everything)
        let next = try await open(afterPowerCut)
        await next.scanned()
        #expect(next.list().map(\.id.number) == [2, 3])
        await next.close()
        await spool.close()
    }

    @Test func `while the disk fails nothing is acknowledged, and what was delivered is known`() async throws
    {
        let disk = try simulatedDisk()
        let spool = try await open(disk)
        let share = ShareID(entry: try await accept([1], Samples.plain, in: spool), number: 1)
        _ = try #require(try await spool.claim(share))
        disk.plan(.failures(from: 1, .inputOutput))
        await #expect(throws: SpoolError.self) { try await spool.record(delivered(1), of: share) }
        await #expect(throws: SpoolError.self) { _ = try await accept([2], Samples.plain, in: spool) }
        disk.plan(.nothing)
        let claim = try #require(try await spool.claim(share))
        #expect(claim.share.recipients.map(\.status) == [.pending, .delivered, .pending])
        #expect(spool.list().count == 1)
        await spool.close()
    }
}

extension ShareCounts {
    fileprivate init(waiting: Int = 0, held: Int = 0, messageByteCount: Int = 0) {
        self.init()
        (self.waiting, self.held, self.messageByteCount) = (waiting, held, messageByteCount)
    }
}
