import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// What the spool's core does with files as crashes leave them.
@Suite struct SpoolFolderTests {
    private static let id = QueueID(1 << 30)
    private static let path = "/spool/queue/000000/" + id.description
    private static let sectorByteCount = 512

    @Test func `a change that a power cut tore does not come back with a later one`() throws {
        var tornCount = 0
        // The place of what was appended, against the sectors of the disk.
        for byteCount in stride(from: 0, to: Self.sectorByteCount, by: 16) {
            let model = try Self.deferred(byteCount)
            let start = try #require(model.disk.bytes(Self.path)).count
            try Self.change(3, of: model) { $0.standing = .held(Hold(reason: "", heldAt: Samples.time)) }
            try Self.tear(model.disk, behind: start)
            try model.restart(.nothing)
            let before = try Self.shares(of: model)
            guard before[2].standing == .waiting else { continue }
            tornCount += 1
            try Self.change(2, of: model) { $0.deferred(1) }
            let after = try Self.shares(of: model)
            for seed in 0..<32 {
                let copy = model.copy()
                try copy.restart(.byChance(SeededRandom(seed: UInt64(seed))))
                let found = try Self.shares(of: copy)
                #expect(found == before || found == after, "\(byteCount) bytes, \(seed)")
            }
        }
        #expect(tornCount > 4)
    }

    @Test func `what a person wished is on the disk, even if it only says when`() throws {
        let model = try Self.deferred(100)
        try Self.change(2, of: model) { $0.nextAttemptAt = Samples.time + .seconds(7) }
        try model.restart(.everything)
        #expect(try Self.shares(of: model)[1].nextAttemptAt == Samples.time + .seconds(7))
    }

    @Test func `while its folder is away mail waits, and goes on when it is back`() async throws {
        let folder = try TemporaryFolder()
        try await bringBack(PosixDisk(), folder.path + "/spool")
        try await bringBack(SimulatedDisk(), "/spool")
    }

    private func bringBack(_ disk: any Disk, _ path: String) async throws {
        let clock = ManualClock()
        let spool = try await Self.open(disk, path, clock)
        let waiting = try await Self.accept(Samples.plain, in: spool)
        let partial = try await Self.accept(Samples.wide(shareCount: 2), in: spool)
        let last = try await Self.accept(Samples.plain, in: spool)
        let underWay = [ShareID(entry: partial, number: 1), ShareID(entry: last, number: 1)]
        for share in underWay { _ = try #require(try await spool.claim(share)) }

        try disk.rename(path + "/queue", to: path + "/away")
        await #expect(throws: SpoolError.self) { try await spool.claim(ShareID(entry: waiting, number: 1)) }
        for share in underWay {
            await #expect(throws: SpoolError.self) { try await spool.record(Self.delivered, of: share) }
        }
        await #expect(throws: SpoolError.self) { try await Self.accept(Samples.plain, in: spool) }
        await spool.catchUp()
        #expect(!spool.hasRoom && spool.trouble != nil)
        #expect(spool.list().map(\.id.entry) == [waiting, partial])

        try disk.rename(path + "/away", to: path + "/queue")
        clock.advance(by: Limits.rereadDelay)
        await spool.catchUp()
        for _ in 0..<1000 where !spool.hasRoom {
            clock.advance(by: Limits.roomAge)
            try await spool.onDisk {}
        }
        #expect(spool.hasRoom && spool.trouble == nil)
        let ticket = try #require(spool.take(for: "bulk", prefersRetry: false))
        #expect(try await spool.claim(ticket.share) != nil)
        await spool.unclaim(ticket.share)
        _ = try await Self.accept(Samples.plain, in: spool)
        await spool.close()

        let next = try await Self.open(disk, path, clock)
        await next.scanned()
        #expect(
            next.list().map(\.id).dropLast()
                == [1, 2].map { ShareID(entry: $0 == 1 ? waiting : partial, number: $0) })
        await next.close()
    }

    private static let delivered: ShareChange = {
        var change = ShareChange()
        for place in 0..<3 { change.statuses[place] = .delivered }
        change.attemptCount = 1
        return change
    }()

    private static func open(_ disk: any Disk, _ path: String, _ clock: ManualClock) async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            SpoolOptions(directory: path, minimumFreeByteCount: 0, diskThreadCount: 2), disk: disk,
            now: { clock.now }, uptime: { Uptime(milliseconds: clock.now.millisecondsSince1970) },
            random: { random.withLock { $0.next() } })
    }

    private static func accept(_ entry: NewEntry, in spool: Spool) async throws -> QueueID {
        var draft = spool.makeDraft()
        try await draft.append(Samples.message(100))
        return try await spool.commit(draft, entry)
    }

    /// An entry of three shares, of which the first was tried.
    private static func deferred(_ byteCount: Int) throws -> SpoolModel {
        let model = SpoolModel()
        try model.open()
        try model.accept(id, Samples.wide(shareCount: 3), Samples.message(byteCount))
        try change(1, of: model) { $0.deferred(1) }
        try model.restart(.nothing)
        return model
    }

    private static func change(
        _ number: Int, of model: SpoolModel, _ body: (inout Share) -> Void
    ) throws(SpoolError) {
        try model.change(ShareID(entry: id, number: number), keeps: false, body)
    }

    /// Of what was appended at `start` the first sector never came to the disk.
    private static func tear(_ disk: SimulatedDisk, behind start: Int) throws {
        var bytes = try #require(disk.bytes(path))
        let end = min((start / sectorByteCount + 1) * sectorByteCount, bytes.count)
        for offset in start..<end { bytes[offset] = 0 }
        disk.put(bytes, at: path)
    }

    private static func shares(of model: SpoolModel) throws -> [Share] {
        try #require(model.folder).open(id, in: 0).stored.entry.shares
    }
}
