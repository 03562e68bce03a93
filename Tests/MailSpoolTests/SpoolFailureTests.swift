import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// Every operation of the whole spool, threads and all, with every one of its disk operations failing.
@Suite struct SpoolFailureTests {
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What it does to the entry `id`, of three shares: number 1 waits, 2 is held, 3 waits in another stream.
        let run: @Sendable (Spool, _ id: QueueID) async throws -> Void
        /// Whether a share may be gone if it succeeded.
        var removes: Set<Int> = []

        init(
            _ name: String, removes: Set<Int> = [],
            _ run: @escaping @Sendable (Spool, QueueID) async throws -> Void
        ) {
            testDescription = name
            self.removes = removes
            self.run = run
        }
    }

    static let operations = [
        Operation("commit a short message") { spool, _ in try await accept(100, in: spool) },
        Operation("commit a long message") { spool, _ in try await accept(200_000, in: spool) },
        Operation("drop a long draft") { spool, _ in
            var draft = spool.makeDraft()
            for _ in 0..<3 { try await draft.append(Samples.message(60_000)) }
            _ = try await draft.head(100_000)
        },
        Operation("entry") { spool, id in _ = try await spool.entry(id) },
        Operation("message") { spool, id in
            let reader = try await spool.message(id)
            _ = try await reader.read(0..<reader.byteCount)
        },
        Operation("claim and unclaim") { spool, id in
            if try await spool.claim(ShareID(entry: id, number: 1)) != nil {
                await spool.unclaim(ShareID(entry: id, number: 1))
            }
        },
        Operation("record a deferral") { spool, id in try await record(ShareChange(), 1, of: id, in: spool) },
        Operation("record a delivery", removes: [1]) { spool, id in
            var change = ShareChange()
            change.statuses = [0: .delivered]
            try await record(change, 1, of: id, in: spool)
        },
        Operation("record a hold") { spool, id in
            var change = ShareChange()
            change.hold = Hold(reason: "look", heldAt: Samples.time)
            try await record(change, 3, of: id, in: spool)
        },
        Operation("record, then catch up") { spool, id in
            // What it was told of a failure it tells the disk again.
            do { try await record(ShareChange(), 1, of: id, in: spool) } catch is SpoolError {}
            await spool.catchUp()
        },
        Operation("seize and give back") { spool, id in
            let share = ShareID(entry: id, number: 2)
            _ = try await spool.seize(share)
            spool.giveBack(share)
        },
        Operation("hold") { spool, id in
            try await spool.hold(ShareID(entry: id, number: 1), Hold(reason: "", heldAt: Samples.time))
        },
        Operation("release") { spool, id in try await spool.release(ShareID(entry: id, number: 2)) },
        Operation("reroute") { spool, id in
            try await spool.reroute(ShareID(entry: id, number: 1), into: "new")
        },
        Operation("retry") { spool, id in try await spool.retry(ShareID(entry: id, number: 1)) },
        Operation("delete one share", removes: [2]) { spool, id in
            try await spool.delete(ShareID(entry: id, number: 2))
        },
        Operation("delete all shares", removes: [1, 2, 3]) { spool, id in
            for number in 1...3 { try await spool.delete(ShareID(entry: id, number: number)) }
        },
        Operation("probe") { spool, _ in try await spool.probe() },
        Operation("close") { spool, _ in await spool.close() },
    ]

    @Test(arguments: operations)
    func `a failing disk loses nothing and doubles nothing`(_ operation: Operation) async throws {
        for reason in [DiskError.Reason.inputOutput, .noSpace] {
            try await exhaust(operation, .everything) { .failure(at: $0, reason) }
        }
    }

    @Test(arguments: operations)
    func `a disk that dies, then loses power, loses nothing`(_ operation: Operation) async throws {
        try await exhaust(operation, .everything) { .failures(from: $0, .inputOutput) }
    }

    @Test(arguments: operations)
    func `a killed process loses nothing`(_ operation: Operation) async throws {
        try await exhaust(operation, .nothing) { .powerCut(before: $0) }
    }

    /// Until the operation needs no more of the disk.
    private func exhaust(
        _ operation: Operation, _ loss: SimulatedDisk.Loss, _ plan: (Int) -> SimulatedDisk.Plan
    ) async throws {
        let (prepared, id) = try await Self.prepared()
        for number in 1..<100 {
            let disk = prepared.copy()
            let spool = try await Self.open(disk)
            await spool.scanned()
            disk.plan(plan(number))
            var succeeded = true
            do { try await operation.run(spool, id) } catch is SpoolError { succeeded = false }
            let isReached = disk.isPlanReached
            #expect(succeeded || isReached, "failed for no reason")
            await spool.close()
            disk.restart(loss)
            try await check(disk, id, operation, succeeded: succeeded, "\(plan(number))")
            if !isReached { return }
        }
        Issue.record("it needs too much of the disk")
    }

    private func check(
        _ disk: SimulatedDisk, _ id: QueueID, _ operation: Operation, succeeded: Bool, _ context: String
    ) async throws {
        let spool = try await Self.open(disk)
        let report = await spool.scanned()
        #expect(report.damagedCount == 0, "\(context)")
        let waiting = spool.list(ShareFilter(entry: id)).map(\.id.number)
        // What was to be removed and was not may be there or not.
        let kept = Set(1...3).subtracting(operation.removes)
        #expect(kept.isSubset(of: waiting), "\(context): \(waiting)")
        if succeeded, operation.removes.count == 3 { #expect(waiting.isEmpty, "\(context)") }
        for entry in Set(spool.list().map(\.id.entry)) {
            let reader = try await spool.message(entry)
            let bytes = try await reader.read(0..<reader.byteCount)
            #expect(bytes == Samples.message(bytes.count), "\(context)")
            if entry == id { #expect(bytes.count == 700, "\(context)") }
        }
        await spool.close()
    }

    private static func prepared() async throws -> (SimulatedDisk, QueueID) {
        let disk = SimulatedDisk()
        let spool = try await open(disk)
        var draft = spool.makeDraft()
        try await draft.append(Samples.message(700))
        let id = try await spool.commit(draft, Samples.split(700))
        await spool.close()
        disk.restart(.nothing)
        return (disk, id)
    }

    private static func open(_ disk: SimulatedDisk) async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            SpoolOptions(directory: "/spool", minimumFreeByteCount: 0, diskThreadCount: 2), disk: disk,
            now: { Samples.time }, uptime: { Uptime(milliseconds: 0) },
            random: { random.withLock { $0.next() } })
    }

    private static func accept(_ byteCount: Int, in spool: Spool) async throws {
        var draft = spool.makeDraft()
        let message = Samples.message(byteCount)
        for start in stride(from: 0, to: byteCount, by: 60_000) {
            try await draft.append(message[start..<min(start + 60_000, byteCount)])
        }
        try await spool.commit(draft, Samples.plain)
    }

    private static func record(
        _ change: ShareChange, _ number: Int, of id: QueueID, in spool: Spool
    ) async throws {
        let share = ShareID(entry: id, number: number)
        guard try await spool.claim(share) != nil else { return }
        try await spool.record(change, of: share)
    }
}
