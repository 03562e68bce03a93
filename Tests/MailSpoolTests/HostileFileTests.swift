import MailSyntax
import PosternTestSupport
import Synchronization
import Testing

@testable import MailSpool

/// Files whose checksums are right and whose contents nobody in his right mind would have written.
@Suite struct HostileFileTests {
    private let disk = SimulatedDisk()

    private func open() async throws -> Spool {
        let random = Mutex(SeededRandom(seed: 1))
        return try await Spool.open(
            SpoolOptions(directory: "/spool", minimumFreeByteCount: 0, diskThreadCount: 2), disk: disk,
            now: { Samples.time }, uptime: { Uptime(milliseconds: 0) },
            random: { random.withLock { $0.next() } })
    }

    /// Puts files into the queue, takes a message, and says what became of the files.
    private func report(_ files: [(id: QueueID, bytes: [UInt8])]) async throws -> RecoveryReport {
        await (try open()).close()
        try disk.makeFolder("/spool/queue/000000")
        for file in files { disk.put(file.bytes, at: "/spool/queue/000000/\(file.id)") }
        let spool = try await open()
        let report = await spool.scanned()
        _ = try await accept(in: spool)
        _ = spool.list()
        _ = spool.oldestOnTheirWay()
        await spool.close()
        return report
    }

    private func accept(in spool: Spool) async throws -> QueueID {
        var draft = spool.makeDraft()
        try await draft.append(Samples.message(10))
        return try await spool.commit(draft, Samples.plain)
    }

    private func file(_ entry: NewEntry, _ id: QueueID) throws -> [UInt8] {
        let message = EntryEncoder.Message(rest: [], offset: 0, checksum: Checksum().value)
        return try EntryEncoder.encode(entry, id: id, message: message).bytes
    }

    @Test(arguments: [Int64.min, -1, .max, 253_402_300_800_000])
    func `a time beyond all clocks is damage`(_ milliseconds: Int64) async throws {
        let time = Timestamp(millisecondsSince1970: milliseconds)
        var arrived = Samples.plain
        arrived.origin = Origin(
            client: "", heloName: "", listener: "", user: nil, tls: nil, protocolName: "", receivedAt: time)
        var held = Samples.plain
        held.shares[0].hold = Hold(reason: "", heldAt: time)
        let files = [arrived, held].enumerated().map { (QueueID(UInt64($0.offset)), $0.element) }
        let report = try await report(files.map { ($0.0, try file($0.1, $0.0)) })
        #expect(report.damaged.map(\.reason) == ["a time beyond the limit", "a time beyond the limit"])
    }

    @Test func `an ID at the end of all IDs leaves some for new mail`() async throws {
        let id = QueueID(.max)
        let report = try await report([(id, try file(Samples.plain, id))])
        #expect(report.entryCount == 1)
        let spool = try await open()
        await spool.scanned()
        #expect(spool.list().map(\.id.entry).last == id && spool.list().count == 2)
        await spool.close()
    }

    @Test func `a state that says anything at all is taken or is damage`() async throws {
        await (try open()).close()
        try disk.makeFolder("/spool/queue/000000")
        for (stream, heldFor) in [("bulk", UInt64(Int64.max)), (String(repeating: "s", count: 5000), 0)] {
            let id = QueueID(1)
            let bytes = try file(Samples.plain, id)
            let stored = try EntryDecoder.decode(FileView(bytes), id: id)
            var records = RecordWriter(behind: bytes, at: 0, id: id, newest: stored.newest)
            try records.record(RecordKind.state) { writer in
                writer.uint32(1)
                writer.whole(stream)
                writer.uint8(1)
                writer.text("")
                writer.text(String?.none)
                writer.text(String?.none)
                writer.timestamp(Timestamp(millisecondsSince1970: 0))
                writer.uint32(.max)
                writer.timestamp(Timestamp(millisecondsSince1970: 253_402_300_799_999))
                writer.text("")
                writer.bool(true)
                writer.uint32(3)
                for _ in 0..<3 {
                    writer.uint8(0)
                    writer.text("")
                }
                writer.uint64(heldFor)
            }
            records.footer(messageByteCount: 0)
            disk.put(records.writer.bytes, at: "/spool/queue/000000/\(id)")
            let spool = try await open()
            await spool.scanned()
            // The state before it counts where this one cannot be.
            let share = ShareID(entry: id, number: 1)
            let entry = try await spool.entry(id)
            #expect(entry.shares[0].stream == "bulk")
            if entry.shares[0].standing != .waiting { try await spool.release(share) }
            #expect(try await spool.claim(share) != nil)
            await spool.close()
        }
    }

    @Test func `behind the last number of a folder nothing is taken, and nothing lost`() async throws {
        await (try open()).close()
        let last = "/spool/queue/2147483647"
        try disk.makeFolder(last)
        let id = QueueID(7)
        disk.put(try file(Samples.plain, id), at: "\(last)/\(id)")
        let spool = try await open()
        await spool.scanned()
        #expect(spool.list().map(\.id.entry) == [id])
        await #expect(throws: SpoolError.self) { _ = try await accept(in: spool) }
        await spool.close()
        #expect(QueueFolders.number("2147483648") == nil)
    }
}
