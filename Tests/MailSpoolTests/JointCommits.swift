import MailSyntax
import Synchronization

@testable import MailSpool

/// Two commits that share the syncs of their folder as those of the whole spool do, without its threads: the second
/// file is stored when the first sync has been made and has not returned yet.
final class JointCommits: Sendable {
    private struct State {
        var stored: [QueueID: SpoolFolder.Stored] = [:]
        var answered: Set<QueueID> = []
        var failure: SpoolError?
    }

    private let folder: SpoolFolder
    private let entry: NewEntry
    private let message: EntryEncoder.Message
    private let state = Mutex(State())

    init(_ folder: SpoolFolder, _ entry: NewEntry, _ message: [UInt8]) {
        var checksum = Checksum()
        checksum.update(message)
        self.folder = folder
        self.entry = entry
        self.message = EntryEncoder.Message(rest: message, offset: 0, checksum: checksum.value)
    }

    var stored: [QueueID: SpoolFolder.Stored] { state.withLock(\.stored) }
    var answered: Set<QueueID> { state.withLock(\.answered) }
    var failure: SpoolError? { state.withLock(\.failure) }

    func accept(_ first: QueueID, joinedBy second: QueueID) {
        let company = Mutex<(@Sendable () -> Void)?>(nil)
        let syncs = FolderSync { [folder] place throws(SpoolError) in
            try folder.sync(place)
            let join = company.withLock { company in
                defer { company = nil }
                return company
            }
            join?()
        }
        company.withLock { $0 = { [self, unowned syncs] in accept(second, syncs) } }
        accept(first, syncs)
    }

    private func accept(_ id: QueueID, _ syncs: FolderSync) {
        do throws(SpoolError) {
            let stored = try folder.store(entry, id: id, message: message, draft: nil)
            state.withLock { $0.stored[id] = stored }
            syncs.join(stored.place) { [self] failure in
                if failure != nil { folder.discard(id, in: stored.place) }
                state.withLock { state in
                    state.failure = state.failure ?? failure
                    if failure == nil { state.answered.insert(id) }
                }
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }
}
