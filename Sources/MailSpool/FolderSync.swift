import Synchronization

/// Syncs of folders, shared by all that wait for the same one.
///
/// Who comes while no sync runs leads: it syncs for itself and for all that come meanwhile, until nobody waits.
/// A lone client thus never waits for company, and no thread waits for another's sync.
final class FolderSync: Sendable {
    /// What is to be done once the folder is durable, or is not.
    typealias Conclusion = @Sendable (SpoolError?) -> Void

    /// By folder; a folder is here while somebody leads.
    private let waiting = Mutex<[Int: [Conclusion]]>([:])
    private let sync: @Sendable (Int) throws(SpoolError) -> Void

    init(_ sync: @escaping @Sendable (Int) throws(SpoolError) -> Void) { self.sync = sync }

    /// Concludes after a sync of the folder that began after this call.
    func join(_ folder: Int, _ conclusion: @escaping Conclusion) {
        let leads = waiting.withLock { waiting in
            defer { waiting[folder, default: []].append(conclusion) }
            return waiting[folder] == nil
        }
        guard leads else { return }
        while let conclusions = next(folder) {
            var failure: SpoolError?
            do throws(SpoolError) { try sync(folder) } catch { failure = error }
            for conclude in conclusions { conclude(failure) }
        }
    }

    private func next(_ folder: Int) -> [Conclusion]? {
        waiting.withLock { waiting in
            guard let conclusions = waiting[folder], !conclusions.isEmpty else {
                waiting[folder] = nil
                return nil
            }
            waiting[folder] = []
            return conclusions
        }
    }
}
