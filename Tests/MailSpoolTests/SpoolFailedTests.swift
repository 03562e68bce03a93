import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// What failed and is kept, with every disk operation on its way failing: it is there once, whole, and as it was or as
/// it was to be.
@Suite struct SpoolFailedTests {
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: ShareState
        /// Nil: it is gone.
        let after: ShareState?
        let run: @Sendable (Spool, ShareID) async throws -> Void
    }

    static let operations = [
        Operation(testDescription: "the last recipients fail", before: .waiting, after: .failed) {
            try await fail($1, in: $0)
        },
        Operation(testDescription: "start", before: .failed, after: .failed) { spool, _ in
            await spool.scanned()
        },
        Operation(testDescription: "retry", before: .failed, after: .waiting) { try await $0.retry($1) },
        Operation(testDescription: "retry, and fail again", before: .failed, after: .failed) {
            try await $0.retry($1)
            try await fail($1, in: $0)
        },
        Operation(testDescription: "delete", before: .failed, after: nil) { try await $0.delete($1) },
        Operation(testDescription: "forget", before: .failed, after: nil) { spool, _ in
            await spool.forgetFailed(until: Samples.time)
        },
    ]

    @Test func `what failed takes no place in its stream, and what is retried does`() async throws {
        let (disk, id) = try await Self.prepared(.failed)
        let spool = try await Self.open(disk)
        await spool.scanned()
        #expect(spool.counts(of: "bulk").messageByteCount == 0)
        try await spool.retry(id)
        #expect(spool.counts(of: "bulk").messageByteCount == 700)
        try await Self.fail(id, in: spool)
        #expect(spool.counts(of: "bulk").messageByteCount == 0 && spool.counts(of: "bulk").failed == 1)
        await spool.close()
    }

    @Test func `a retry that the disk refused can be repeated`() async throws {
        for number in 1..<100 {
            let (disk, id) = try await Self.prepared(.failed)
            let spool = try await Self.open(disk)
            await spool.scanned()
            disk.plan(.failure(at: number, .inputOutput))
            var isRefused = false
            do { try await spool.retry(id) } catch { isRefused = true }
            let isReached = disk.isPlanReached
            disk.plan(.nothing)
            #expect(try await spool.entry(id.entry).messageByteCount == 700, "\(number)")
            if isRefused { try await spool.retry(id) }
            #expect(try await spool.claim(id) != nil, "\(number)")
            await spool.close()
            if !isReached { return }
        }
        Issue.record("it needs too much of the disk")
    }

    @Test(arguments: operations)
    func `a disk that fails once`(_ operation: Operation) async throws {
        for reason in [DiskError.Reason.inputOutput, .noSpace] {
            try await exhaust(operation, .everything) { .failure(at: $0, reason) }
        }
    }

    @Test(arguments: operations)
    func `a disk that dies, then loses power`(_ operation: Operation) async throws {
        try await exhaust(operation, .everything) { .failures(from: $0, .inputOutput) }
    }

    @Test(arguments: operations)
    func `a process that is killed, or loses power with some of what was not synced`(
        _ operation: Operation
    ) async throws {
        try await exhaust(operation, .nothing) { .powerCut(before: $0) }
        for seed in 1...5 as ClosedRange<UInt64> {
            try await exhaust(operation, .byChance(SeededRandom(seed: seed))) { .powerCut(before: $0) }
        }
    }

    /// Until the operation needs no more of the disk.
    private func exhaust(
        _ operation: Operation, _ loss: SimulatedDisk.Loss, _ plan: (Int) -> SimulatedDisk.Plan
    ) async throws {
        let (prepared, id) = try await Self.prepared(operation.before)
        for number in 1..<100 {
            let disk = prepared.copy()
            disk.plan(.nothing)
            let spool = try await Self.open(disk)
            if operation.testDescription != "start" { await spool.scanned() }
            disk.plan(plan(number))
            // What it could not do is seen on the disk.
            var succeeded = true
            do { try await operation.run(spool, id) } catch is SpoolError { succeeded = false }
            let isReached = disk.isPlanReached
            #expect(succeeded || isReached, "failed for no reason")
            await spool.close()
            disk.restart(loss)
            let found = try await Self.found(on: disk, id)
            let context = "\(plan(number)), \(loss): \(String(describing: found))"
            if found == nil {
                #expect(operation.after == nil, "lost: \(context)")
            } else {
                #expect([operation.before, .waiting, operation.after].contains(found), "\(context)")
            }
            if !isReached {
                #expect(found == operation.after, "\(context)")
                return
            }
        }
        Issue.record("it needs too much of the disk")
    }

    /// Its state after a start; it is whole and there once.
    private static func found(on disk: SimulatedDisk, _ id: ShareID) async throws -> ShareState? {
        let spool = try await open(disk)
        let report = await spool.scanned()
        #expect(report.damagedCount == 0, "\(report)")
        let shares = spool.list(ShareFilter(entry: id.entry))
        #expect(shares.count <= 1)
        if !shares.isEmpty {
            let reader = try await spool.message(id.entry)
            #expect(try await reader.read(0..<reader.byteCount) == Samples.message(700))
        }
        await spool.close()
        return shares.first?.state
    }

    private static func prepared(_ state: ShareState) async throws -> (SimulatedDisk, ShareID) {
        let disk = SimulatedDisk()
        let spool = try await open(disk)
        var draft = spool.makeDraft()
        try await draft.append(Samples.message(700))
        let id = ShareID(entry: try await spool.commit(draft, Samples.plain), number: 1)
        if state == .failed { try await fail(id, in: spool) }
        #expect(spool.list(ShareFilter(entry: id.entry)).map(\.state) == [state])
        await spool.close()
        disk.restart(.nothing)
        return (disk, id)
    }

    private static func fail(_ id: ShareID, in spool: Spool) async throws {
        guard let claim = try await spool.claim(id) else { return }
        var change = ShareChange()
        for place in claim.share.recipients.indices { change.statuses[place] = .failed }
        try await spool.record(change, of: id)
    }

    private static func open(_ disk: SimulatedDisk) async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            SpoolOptions(directory: "/spool", minimumFreeByteCount: 0, diskThreadCount: 2, keepsFailed: true),
            disk: disk, now: { Samples.time }, uptime: { Uptime(milliseconds: 0) },
            random: { random.withLock { $0.next() } })
    }
}
