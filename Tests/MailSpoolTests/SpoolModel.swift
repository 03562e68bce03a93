import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

/// A spool on a simulated disk, and beside it what must be in it, whatever happens.
final class SpoolModel {
    /// What was promised of an entry.
    enum Promise {
        /// Not acknowledged: it may be there whole, or not at all.
        case nothing
        /// Acknowledged: it is there.
        case kept
        /// Its end was reached, but that need not survive.
        case ended
        /// Its end was reached for good.
        case gone
    }

    struct Expected {
        let message: [UInt8]
        let entry: NewEntry
        var promise = Promise.nothing
        var place = 0
        /// By share: how it may be found. The last is how it is.
        var states: [[Share]] = []
    }

    let disk: SimulatedDisk
    private(set) var folder: SpoolFolder?
    private(set) var expected: [QueueID: Expected] = [:]

    init(_ disk: SimulatedDisk = SimulatedDisk()) { self.disk = disk }

    private init(_ other: SpoolModel) {
        disk = other.disk.copy()
        expected = other.expected
    }

    /// The same spool and expectations on another disk, not open.
    func copy() -> SpoolModel { SpoolModel(self) }

    var live: [QueueID] { expected.filter { $0.value.promise == .kept }.keys.sorted() }

    // MARK: Operations

    func open(scanning limit: Int = .max) throws(SpoolError) {
        folder?.close()
        folder = nil
        let folder = try SpoolFolder("/spool", disk: disk, folderEntryCount: 3)
        var places: [QueueID: Int] = [:]
        var recovery = try Recovery(folder)
        recovery.run { entry in
            places[entry.id] = entry.place
            return true
        } tell: { report in
            report.examinedCount < limit
        }
        for (id, place) in places { expected[id]?.place = place }
        self.folder = folder
    }

    /// In pieces of `chunk` bytes if that is given, else at once.
    func accept(_ id: QueueID, _ entry: NewEntry, _ message: [UInt8], chunk: Int? = nil) throws(SpoolError) {
        guard let folder else { return }
        var checksum = Checksum()
        checksum.update(message)
        expected[id] = Expected(message: message, entry: entry)
        var draft: DraftFile?
        var offset = 0
        if let chunk {
            let file = try folder.create(id)
            draft = file
            while message.count - offset > chunk {
                try folder.write(Array(message[offset..<offset + chunk]), to: file, at: offset)
                offset += chunk
            }
        }
        let rest = EntryEncoder.Message(
            rest: Array(message[offset...]), offset: offset, checksum: checksum.value)
        let stored = try folder.store(entry, id: id, message: rest, draft: draft)
        expected[id]?.place = stored.place
        expected[id]?.states = stored.shares.map { [$0] }
        do throws(SpoolError) { try folder.sync(stored.place) } catch {
            folder.discard(id, in: stored.place)
            throw error
        }
        expected[id]?.promise = .kept
    }

    func read(_ id: QueueID) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        let opened = try folder.openChecked(id, in: found.place)
        #expect(opened.stored.entry.messageByteCount == found.message.count)
    }

    /// A draft that is dropped.
    func abort(_ id: QueueID, _ message: [UInt8]) throws(SpoolError) {
        guard let folder else { return }
        let draft = try folder.create(id)
        try folder.write(message, to: draft, at: 0)
    }

    /// `keeps`: it is the outcome of an attempt, and known even if the disk does not take it.
    func change(_ id: ShareID, keeps: Bool, _ body: (inout Share) -> Void) throws(SpoolError) {
        guard let folder, let found = expected[id.entry], let before = found.states[id.number - 1].last else {
            return
        }
        var after = before
        body(&after)
        expected[id.entry]?.states[id.number - 1].append(after)
        if keeps {
            try folder.record(after, of: id.entry, in: found.place)
        } else {
            #expect(try folder.change(id, in: found.place, body) == after)
        }
        let isSynced =
            before.standing != after.standing || before.stream != after.stream
            || before.recipients.map(\.status) != after.recipients.map(\.status)
        if isSynced { expected[id.entry]?.states[id.number - 1] = [after] }
    }

    /// After an operation that failed: what a reader is told now is how it is from here on. Of the outcome of
    /// an attempt that is what was to be recorded.
    func look(_ id: QueueID, expecting outcome: Share? = nil, _ context: String) throws {
        guard let folder, let found = expected[id], found.promise == .kept else { return }
        let shares = try folder.open(id, in: found.place).stored.entry.shares
        for (index, share) in shares.enumerated() {
            #expect(found.states[index].contains(share), "\(context): \(id)/\(index + 1): \(share)")
            if found.states[index].last != share { expected[id]?.states[index].append(share) }
            if share.number == outcome?.number { #expect(share == outcome, "\(context): \(id)") }
        }
    }

    /// The delivery of the last of an entry.
    func finish(_ id: QueueID) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        expected[id]?.promise = .ended
        var last = found.states[0].last
        last?.delete()
        // Should the file stay, a record says that it is through.
        if let last { expected[id]?.states[0].append(last) }
        try folder.remove(id, in: found.place, last: last)
    }

    func delete(_ id: QueueID) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        for number in 1...found.states.count {
            // If this fails it may still come to be: whoever deletes mail does not want it back.
            if number == found.states.count { expected[id]?.promise = .ended }
            try change(ShareID(entry: id, number: number), keeps: false) { $0.delete() }
        }
        try folder.remove(id, in: found.place, last: nil)
        try folder.syncRemoval(found.place)
        expected[id]?.promise = .gone
    }

    func restart(_ loss: SimulatedDisk.Loss) throws(SpoolError) {
        folder = nil
        disk.restart(loss)
        try open()
    }

    /// After a check: what may be missing and is will not come back.
    func forgetWhatIsNotThere() {
        for (id, entry) in expected where entry.promise != .kept && entry.promise != .gone {
            if disk.bytes((folder?.path(id, in: entry.place) ?? "")) == nil { expected[id]?.promise = .gone }
        }
    }

    // MARK: What must hold

    /// To be called on a spool that was just opened and nothing failed. With `tears` files that were never
    /// acknowledged may have been torn such that they had to be set aside.
    func check(tears: Bool = false, _ context: String) throws {
        let folder = try #require(folder, "\(context)")
        var found: Set<QueueID> = []
        for path in disk.paths where path.hasPrefix("/spool/queue/") && !path.hasSuffix("/") {
            let id = try #require(
                QueueID(String(path.split(separator: "/").last ?? "")), "\(context): \(path)")
            let place = try #require(QueueFolders.number(String(path.split(separator: "/")[2])))
            found.insert(id)
            try check(id, in: place, of: folder, tears: tears, context)
        }
        for (id, entry) in expected where entry.promise == .kept {
            #expect(found.contains(id), "\(context): \(id) was acknowledged and is lost")
        }
        for path in disk.paths where !path.hasSuffix("/") && Self.isAside(path) {
            let name = String(path.split(separator: "/").last ?? "")
            let isFine = tears && QueueID(name).flatMap { expected[$0]?.promise } == .nothing
            #expect(isFine, "\(context): \(path) was left behind")
        }
        try checkFolders(context)
    }

    private func check(
        _ id: QueueID, in place: Int, of folder: SpoolFolder, tears: Bool, _ context: String
    ) throws {
        let entry = try #require(expected[id], "\(context): \(id) was never taken")
        #expect(entry.promise != .gone, "\(context): \(id) came back")
        let opened: SpoolFolder.Opened
        do throws(SpoolError) { opened = try folder.openChecked(id, in: place) } catch {
            #expect(tears && entry.promise == .nothing, "\(context): \(id): \(error)")
            return
        }
        let stored = opened.stored.entry
        #expect(stored.envelope == entry.entry.envelope && stored.origin == entry.entry.origin, "\(context)")
        #expect(
            stored.messageID == entry.entry.messageID && stored.parent == entry.entry.parent, "\(context)")
        #expect(try opened.view.bytes(0..<stored.messageByteCount) == entry.message[...], "\(context)")
        for (index, share) in stored.shares.enumerated() {
            let reader = MessageReader(opened, share.pieces, pool: Self.pool)
            let bytes = try reader.bytes(0..<reader.byteCount)
            #expect(bytes == Samples.bytes(of: entry.entry.shares[index].pieces, entry.message), "\(context)")
            // Nothing is known of shares that never came to be stored.
            let states = entry.states.isEmpty ? [] : entry.states[index]
            #expect(states.isEmpty || states.contains(share), "\(context): \(id)/\(index + 1): \(share)")
        }
    }

    private static func isAside(_ path: String) -> Bool {
        path.hasPrefix("/spool/damaged/") || path.hasPrefix("/spool/failed/")
    }

    /// Of several folders none is empty but the newest.
    private func checkFolders(_ context: String) throws {
        let paths = disk.paths.filter { $0.hasPrefix("/spool/queue/") }
        let folders = paths.filter { $0.hasSuffix("/") && $0 != "/spool/queue/" }
        for path in folders.dropLast() {
            #expect(paths.contains { $0.hasPrefix(path) && $0 != path }, "\(context): \(path) is empty")
        }
    }

    private static let pool = DiskPool(threadCount: 1)
}
