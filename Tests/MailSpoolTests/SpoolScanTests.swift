import Foundation
import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// The look through an earlier run's queue, while mail comes and goes.
@Suite struct SpoolScanTests {
    /// Lets nobody read an old entry until it is opened.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let isClosed = Mutex(false)

        func close() { isClosed.withLock { $0 = true } }

        func open() {
            isClosed.withLock { $0 = false }
            semaphore.signal()
        }

        func pass(_ operation: String) {
            guard operation.hasPrefix("open /spool/queue/000000/"), isClosed.withLock({ $0 }) else { return }
            semaphore.wait()
            semaphore.signal()
        }
    }

    private let gate = Gate()
    private let disk: SimulatedDisk

    init() { disk = SimulatedDisk { [gate] in gate.pass($0) } }

    private func open() async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            SpoolOptions(directory: "/spool", minimumFreeByteCount: 0, diskThreadCount: 4), disk: disk,
            now: { Samples.time }, uptime: { Uptime(milliseconds: 0) },
            random: { random.withLock { $0.next() } })
    }

    @discardableResult
    private func accept(_ byteCount: Int, in spool: Spool) async throws -> QueueID {
        var draft = spool.makeDraft()
        try await draft.append(Samples.message(byteCount))
        return try await spool.commit(draft, Samples.plain)
    }

    @Test func `mail comes, goes and is listed while the scan has not come far`() async throws {
        var spool = try await open()
        let old = [try await accept(10, in: spool), try await accept(20, in: spool)]
        await spool.close()
        gate.close()
        spool = try await open()
        let new = try await accept(30, in: spool)
        #expect(new > old[1], "an ID is above all that are taken, known or not")
        #expect(!spool.recovered.isComplete && spool.list().map(\.id.entry) == [new])
        await #expect(throws: SpoolError.notFound) { _ = try await spool.entry(old[0]) }
        let ticket = try #require(spool.take(for: "bulk"))
        _ = try #require(try await spool.claim(ticket.share))
        var change = ShareChange()
        for place in 0..<3 { change.statuses[place] = .delivered }
        try await spool.record(change, of: ticket.share)
        #expect(
            disk.paths.contains("/spool/queue/000001/") && !disk.paths.contains { $0.hasSuffix("\(new)") })

        gate.open()
        let report = await spool.scanned()
        #expect(report.isComplete && report.entryCount == 2 && report.examinedCount == 2)
        #expect(report.expectedCount == 2 && spool.list().map(\.id.entry) == old)
        #expect(spool.take(for: "bulk")?.isRecovered == true)
        await spool.close()
    }

    @Test func `a draft of this run is none of the scan's, one of an earlier run is removed`() async throws {
        var spool = try await open()
        let old = try await accept(10, in: spool)
        await spool.close()
        disk.put(Samples.message(333), at: "/spool/queue/000000/\(QueueID(old.rawValue - 1))")
        disk.put([], at: "/spool/queue/probe")
        gate.close()
        spool = try await open()
        var draft = spool.makeDraft()
        for _ in 0..<3 { try await draft.append(Samples.message(50_000)) }
        gate.open()
        let report = await spool.scanned()
        #expect(report.removedDraftCount == 1 && report.damagedCount == 0)
        let new = try await spool.commit(draft, Samples.plain)
        #expect(spool.list().map(\.id.entry) == [old, new])
        #expect(!disk.paths.contains { $0.hasPrefix("/spool/damaged/") && $0 != "/spool/damaged/" })
        await spool.close()
    }

    @Test func `a spool that is closed meanwhile keeps what the scan had not come to`() async throws {
        var spool = try await open()
        for byteCount in 1...5 { try await accept(byteCount, in: spool) }
        await spool.close()
        gate.close()
        let short = try await open()
        let waiting = Task { await short.scanned() }
        waiting.cancel()
        #expect(await waiting.value.isComplete == false)
        let watching = Task { await short.nextArrival(for: "bulk") }
        let closing = Task { await short.close() }
        // It returns when the spool is about to close.
        await watching.value
        gate.open()
        await closing.value
        #expect(!short.recovered.isComplete)
        spool = try await open()
        #expect(await spool.scanned().entryCount == 5)
        await spool.close()
    }

    @Test func `a second file of an entry is set aside`() async throws {
        var spool = try await open()
        let id = try await accept(10, in: spool)
        await spool.close()
        let bytes = try #require(disk.bytes("/spool/queue/000000/\(id)"))
        try disk.makeFolder("/spool/queue/000004")
        disk.put(bytes, at: "/spool/queue/000004/\(id)")
        spool = try await open()
        let report = await spool.scanned()
        #expect(report.entryCount == 1 && report.damaged.map(\.path) == ["/spool/damaged/\(id)"])
        #expect(disk.bytes("/spool/queue/000000/\(id)") == bytes)
        await spool.close()
    }

    @Test func `how many there are is guessed from the folders that were seen`() {
        var report = RecoveryReport()
        report.expect(50_000, remaining: 19)
        #expect(report.expectedCount == 1_000_000)
        report.examinedCount = 50_000
        report.expect(30_000, remaining: 18)
        #expect(report.expectedCount == 800_000)
    }

    @Test func `what is no folder is set aside, and empty folders go`() async throws {
        var spool = try await open()
        let id = try await accept(10, in: spool)
        await spool.close()
        disk.put([1], at: "/spool/queue/file")
        try disk.makeFolder("/spool/queue/000007")
        spool = try await open()
        let report = await spool.scanned()
        #expect(report.damaged.map(\.path) == ["/spool/damaged/file"] && spool.list().map(\.id.entry) == [id])
        #expect(!disk.paths.contains("/spool/queue/000007/"))
        await spool.close()
    }
}
