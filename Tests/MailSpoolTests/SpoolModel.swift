import MailSyntax
import PosternTestSupport

@testable import MailSpool

/// What must not be and is.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A spool on a simulated disk, and beside it what must be in it, whatever happens.
final class SpoolModel {
    /// What was promised of an entry.
    enum Promise {
        /// Not acknowledged: it may be there whole, or not at all.
        case nothing
        /// Acknowledged: it is there.
        case kept
        /// Its end was reached, but that need not survive a power cut, or any crash if the disk did not take all of it.
        case ended(survivesKill: Bool)
        /// Its end was reached for good.
        case gone
    }

    struct Expected {
        let message: [UInt8]
        let entry: NewEntry
        var promise = Promise.nothing
        /// It was answered 250, whatever became of it.
        var isAcknowledged = false
        var place = 0
        /// By share: how it may be found. The last is how it is.
        var states: [[Share]] = []
        /// The last look through the queue found it, so it is tried again, whatever was promised.
        var isThere = false
    }

    let disk: SimulatedDisk
    private(set) var folder: SpoolFolder?
    var expected: [QueueID: Expected] = [:]
    /// Files that were set aside when nothing was promised of them.
    var excused: Set<String> = []
    /// The first thing that was not as it must be while something was done.
    private var finding: Finding?

    init(_ disk: SimulatedDisk = SimulatedDisk()) { self.disk = disk }

    private init(_ other: SpoolModel) {
        disk = other.disk.copy()
        expected = other.expected
    }

    /// The same spool and expectations on another disk, not open.
    func copy() -> SpoolModel { SpoolModel(self) }

    /// What a daemon would work on.
    var live: [QueueID] { expected.filter { $0.value.isThere }.keys.sorted() }

    func note(_ finding: @autoclosure () -> Finding, unless holds: Bool) {
        if !holds, self.finding == nil { self.finding = finding() }
    }

    func throwFinding() throws(Finding) { if let finding { throw finding } }

    // MARK: Operations

    func open(
        scanning limit: Int = .max, before: (SpoolFolder) throws(SpoolError) -> Void = { _ in }
    ) throws(SpoolError) {
        folder?.close()
        folder = nil
        let folder = try SpoolFolder("/spool", disk: disk, folderEntryCount: 3)
        var places: [QueueID: Int] = [:]
        var recovery = try Recovery(folder)
        try before(folder)
        recovery.run { entry in
            places[entry.id] = entry.place
            return true
        } tell: { report in
            report.examinedCount < limit
        }
        self.folder = folder
        // What the look through the queue did not hand over is not known to a daemon: another start may find it.
        for (id, known) in expected {
            expected[id]?.isThere = places[id] != nil && !known.states.isEmpty
            expected[id]?.place = places[id] ?? known.place
        }
    }

    /// A start, and a message of which the first pieces come before the look through the queue.
    func open(
        taking id: QueueID, _ entry: NewEntry, _ message: [UInt8], chunk: Int
    ) throws(SpoolError) {
        expected[id] = Expected(message: message, entry: entry)
        var begun: Begun?
        try open { folder throws(SpoolError) in
            begun = try Self.begin(id, message, chunk: chunk, in: folder)
        }
        try commit(id, entry, message, begun)
    }

    /// In pieces of `chunk` bytes if that is given, else at once.
    func accept(_ id: QueueID, _ entry: NewEntry, _ message: [UInt8], chunk: Int? = nil) throws(SpoolError) {
        guard let folder else { return }
        expected[id] = Expected(message: message, entry: entry)
        var begun: Begun?
        if let chunk { begun = try Self.begin(id, message, chunk: chunk, in: folder) }
        try commit(id, entry, message, begun)
    }

    private typealias Begun = (file: DraftFile, offset: Int)

    private static func begin(
        _ id: QueueID, _ message: [UInt8], chunk: Int, in folder: SpoolFolder
    ) throws(SpoolError) -> Begun {
        let file = try folder.create(id)
        var offset = 0
        while message.count - offset > chunk {
            try folder.write(Array(message[offset..<offset + chunk]), to: file, at: offset)
            offset += chunk
        }
        return (file, offset)
    }

    private func commit(
        _ id: QueueID, _ entry: NewEntry, _ message: [UInt8], _ begun: Begun?
    ) throws(SpoolError) {
        guard let folder else { return }
        var checksum = Checksum()
        checksum.update(message)
        let offset = begun?.offset ?? 0
        let rest = EntryEncoder.Message(
            rest: Array(message[offset...]), offset: offset, checksum: checksum.value)
        let stored = try folder.store(entry, id: id, message: rest, draft: begun?.file)
        expected[id]?.place = stored.place
        expected[id]?.states = stored.shares.map { [$0] }
        do throws(SpoolError) { try folder.sync(stored.place) } catch {
            folder.discard(id, in: stored.place)
            throw error
        }
        expected[id]?.promise = .kept
        expected[id]?.isAcknowledged = true
        expected[id]?.isThere = true
    }

    /// The second comes while the folder is synced for the first.
    func accept(
        _ first: QueueID, joinedBy second: QueueID, _ entry: NewEntry, _ message: [UInt8]
    ) throws(SpoolError) {
        guard let folder else { return }
        for id in [first, second] { expected[id] = Expected(message: message, entry: entry) }
        let commits = JointCommits(folder, entry, message)
        commits.accept(first, joinedBy: second)
        for (id, stored) in commits.stored {
            expected[id]?.place = stored.place
            expected[id]?.states = stored.shares.map { [$0] }
        }
        for id in commits.answered {
            expected[id]?.promise = .kept
            expected[id]?.isAcknowledged = true
            expected[id]?.isThere = true
        }
        if let failure = commits.failure { throw failure }
    }

    func read(_ id: QueueID) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        let opened = try folder.openChecked(id, in: found.place)
        note(
            Finding("\(id): another length"),
            unless: opened.stored.entry.messageByteCount == found.message.count)
    }

    /// A draft that is dropped.
    func abort(_ id: QueueID, _ message: [UInt8]) throws(SpoolError) {
        guard let folder else { return }
        let draft = try folder.create(id)
        try folder.write(message, to: draft, at: 0)
    }

    /// `keeps`: it is the outcome of an attempt, and known even if the disk does not take it. `again`: it failed just
    /// now, and whether anything seems to change or not, whoever wishes it again wants it there for good.
    func change(
        _ id: ShareID, keeps: Bool, again: Bool = false, _ body: (inout Share) -> Void
    ) throws(SpoolError) {
        guard let folder, let found = expected[id.entry], found.states.indices.contains(id.number - 1),
            let before = found.states[id.number - 1].last
        else { return }
        var after = before
        body(&after)
        expected[id.entry]?.states[id.number - 1].append(after)
        if keeps {
            try folder.record(after, of: id.entry, in: found.place)
        } else {
            let made = try folder.change(id, in: found.place, body)
            note(Finding("\(id): \(made), not \(after)"), unless: made == after)
        }
        if !before.isFated(like: after) {
            expected[id.entry]?.states[id.number - 1] = [after]
        } else if again {
            expected[id.entry]?.states[id.number - 1].removeAll { !$0.isFated(like: after) }
        }
    }

    /// The delivery of all that is left of an entry, share after share. What the disk does not take of it is no
    /// reason to send again while the process lives.
    func finish(_ id: QueueID) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        var failure: SpoolError?
        let numbers = found.states.indices.filter { found.states[$0].last?.standing != .ended }.map { $0 + 1 }
        for number in numbers.dropLast() {
            do throws(SpoolError) {
                try change(ShareID(entry: id, number: number), keeps: true) { $0.deliver() }
            } catch { failure = failure ?? error }
        }
        expected[id]?.promise = .ended(survivesKill: false)
        expected[id]?.isThere = false
        var last = numbers.last.flatMap { found.states[$0 - 1].last }
        last?.deliver()
        // Should the file stay, a record says that it is through.
        if let last { expected[id]?.states[last.number - 1].append(last) }
        try folder.remove(id, in: found.place, last: last)
        if let failure { throw failure }
        expected[id]?.promise = .ended(survivesKill: true)
    }

    /// A person removes all of an entry, or one share of it.
    func delete(_ id: QueueID, only number: Int? = nil) throws(SpoolError) {
        guard let folder, let found = expected[id] else { return }
        var left = found.states.indices.filter { found.states[$0].last?.standing != .ended }.map { $0 + 1 }
        // A wish that failed may be on the disk; whoever repeats it wants it there for good.
        if left.isEmpty { left = [found.states.count] }
        let numbers = left.filter { $0 == number ?? $0 }
        for number in numbers {
            // If this fails it may still come to be: whoever deletes mail does not want it back.
            if left == [number] || (numbers == left && number == numbers.last) {
                expected[id]?.promise = .ended(survivesKill: false)
            }
            try change(ShareID(entry: id, number: number), keeps: false) { $0.delete() }
        }
        guard numbers == left else { return }
        expected[id]?.isThere = false
        try folder.remove(id, in: found.place, last: nil)
        try folder.syncRemoval(found.place)
        expected[id]?.promise = .gone
    }

    func catchUp() { folder?.catchUp() }

    /// The power goes and comes back.
    func restart(_ loss: SimulatedDisk.Loss) throws(SpoolError) {
        folder = nil
        disk.restart(loss)
        try open()
    }

    /// The process ends and is started again; what it wrote is there, synced or not.
    func kill() throws(SpoolError) {
        folder = nil
        disk.closeAll()
        try open()
    }
}

extension Share {
    fileprivate func isFated(like other: Share) -> Bool {
        standing == other.standing && stream == other.stream
            && recipients.map(\.status) == other.recipients.map(\.status)
    }

    mutating func deliver() {
        var change = ShareChange()
        for place in recipients.indices where recipients[place].status == .pending {
            change.statuses[place] = .delivered
            change.replies[place] = "250 2.0.0 ok"
        }
        change.attemptCount = attemptCount + 1
        apply(change)
    }
}
