import Foundation
import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

/// The state table of postern-spool(5), row by row: each is done, cut off at each of its disk operations, and found
/// as the table says; and the page has it.
@Suite struct StateTableTests {
    /// What an entry's file is. `stored` and `accepted` look the same on the disk.
    enum EntryState: String, CaseIterable {
        case absent
        case draft
        case accepted
        case ended
        case damaged
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let from: EntryState
        let what: String
        let to: EntryState
        /// Does it to the entry; what it needs is made before the disk's operations are counted.
        let run: @Sendable (SpoolFolder, QueueID, _ place: Int) throws(SpoolError) -> Void
        var testDescription: String { "\(from), \(what), \(to)" }
    }

    static let id = QueueID(7 << 30)
    private static let message = Samples.message(900)

    static let rows = [
        Row(from: .absent, what: "create", to: .draft) { folder, id, _ throws(SpoolError) in
            // Kept open: a draft that is dropped is discarded.
            (try folder.create(id)).settle()
        },
        Row(from: .draft, what: "discard", to: .absent) { folder, id, place in folder.discard(id, in: place)
        },
        Row(from: .absent, what: "store", to: .accepted) { folder, id, _ throws(SpoolError) in
            try accept(id, in: folder)
        },
        Row(from: .accepted, what: "record", to: .accepted) { folder, id, place throws(SpoolError) in
            var share = try folder.open(id, in: place).stored.entry.shares[0]
            share.deferred(1)
            try folder.record(share, of: id, in: place)
        },
        Row(from: .accepted, what: "change", to: .accepted) { folder, id, place throws(SpoolError) in
            _ = try folder.change(ShareID(entry: id, number: 1), in: place) { share in
                share.standing = .held(Hold(reason: "look", heldAt: Samples.time))
            }
        },
        Row(from: .accepted, what: "remove", to: .absent) { folder, id, place throws(SpoolError) in
            try folder.remove(id, in: place, last: nil)
        },
        Row(from: .accepted, what: "end", to: .ended) { folder, id, place throws(SpoolError) in
            var share = try folder.open(id, in: place).stored.entry.shares[0]
            share.delete()
            try folder.record(share, of: id, in: place)
        },
        Row(from: .ended, what: "remove", to: .absent) { folder, id, place throws(SpoolError) in
            try folder.remove(id, in: place, last: nil)
        },
        Row(from: .accepted, what: "set aside", to: .damaged) { folder, id, place in
            _ = folder.setAside(
                id.description, at: folder.path(id, in: place), in: place, .badMessageChecksum)
        },
    ]

    @discardableResult
    private static func accept(_ id: QueueID, in folder: SpoolFolder) throws(SpoolError) -> Int {
        var checksum = Checksum()
        checksum.update(message)
        let rest = EntryEncoder.Message(rest: message, offset: 0, checksum: checksum.value)
        let stored = try folder.store(Samples.plain, id: id, message: rest, draft: nil)
        try folder.sync(stored.place)
        return stored.place
    }

    /// A spool with the entry in a state, durable, and opened again.
    private static func prepared(_ state: EntryState) throws -> (SimulatedDisk, SpoolFolder, place: Int) {
        let disk = SimulatedDisk()
        var folder = try SpoolFolder("/spool", disk: disk)
        switch state {
        case .absent, .damaged: break
        case .draft:
            _ = try folder.folders.allot()
            disk.put(message, at: folder.path(id, in: 0))
        case .accepted: try accept(id, in: folder)
        case .ended:
            try accept(id, in: folder)
            var share = try folder.open(id, in: 0).stored.entry.shares[0]
            share.delete()
            try folder.record(share, of: id, in: 0)
        }
        disk.restart(.nothing)
        folder = try SpoolFolder("/spool", disk: disk)
        folder.folders.admit(0, count: 1)
        folder.folders.begin(behind: 0)
        return (disk, folder, 0)
    }

    private func state(_ disk: SimulatedDisk) throws -> EntryState {
        let paths = disk.paths.filter { $0.hasSuffix("/\(Self.id)") }
        #expect(paths.count <= 1, "\(paths)")
        guard let path = paths.first, let bytes = disk.bytes(path) else { return .absent }
        if path.hasPrefix("/spool/damaged/") { return .damaged }
        do throws(ReadError) {
            let entry = try EntryDecoder.decode(FileView(bytes), id: Self.id).entry
            return entry.shares.allSatisfy { $0.standing == .ended } ? .ended : .accepted
        } catch {
            #expect(error == .draft, "\(error)")
            return .draft
        }
    }

    @Test(arguments: rows)
    func `each row of the table leads where it says`(_ row: Row) throws {
        let (disk, folder, place) = try Self.prepared(row.from)
        #expect(try state(disk) == row.from)
        try row.run(folder, Self.id, place)
        #expect(try state(disk) == row.to)
        folder.close()
    }

    @Test(arguments: rows)
    func `a crash leaves a row's beginning or end, or a draft of what is being stored`(_ row: Row) throws {
        let losses =
            [SimulatedDisk.Loss.everything, .nothing] + (1...6).map { .byChance(SeededRandom(seed: $0)) }
        for loss in losses {
            for number in 1..<100 {
                let (disk, folder, place) = try Self.prepared(row.from)
                disk.plan(.powerCut(before: number))
                // A cut-off operation fails; what it leaves is looked at below.
                try? row.run(folder, Self.id, place)
                let isReached = disk.isPlanReached
                disk.restart(loss)
                let found = try state(disk)
                let isBetween = row.what == "store" && found == .draft
                #expect(found == row.from || found == row.to || isBetween, "before \(number): \(found)")
                var recovery = try Recovery(try SpoolFolder("/spool", disk: disk))
                recovery.run(admit: { _ in true }, tell: { _ in true })
                // The next start leaves neither drafts nor ended entries.
                #expect(try state(disk) == (found == .draft || found == .ended ? .absent : found))
                if !isReached { break }
            }
        }
    }

    @Test func `postern-spool(5) has every row, and no other`() throws {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: top.appending(path: "packaging/man/postern-spool.5"), encoding: .utf8)
        let listed = page.matches(
            of:
                #/(?m)^\.It (?<from>[a-z]+) Ta (?<what>[a-z ]+) Ta (?<to>[a-z]+) Ta (?:intake|delivery|operator|finder)/#
        ).map { "\($0.from), \($0.what), \($0.to)" }
        #expect(listed.sorted() == Self.rows.map(\.testDescription).sorted())
    }
}
