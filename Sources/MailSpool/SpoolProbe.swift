/// Whether the spool still does its work.
extension Spool {
    /// Makes, syncs and removes a small file beside the queue, on the spool's own threads: returns only if these and the
    /// disk work. A full disk works: new mail is answered 452.
    public func probe() async throws(SpoolError) {
        do throws(SpoolError) {
            try await pool.run(.commits) { [folder] () throws(SpoolError) in try folder.probe() }
        } catch {
            if error != .full { throw error }
        }
    }
}

extension SpoolFolder {
    fileprivate func probe() throws(SpoolError) {
        let path = path + "/probe"
        do throws(DiskError) {
            // What a run before ours left behind.
            try? disk.remove(path)
            let file = try disk.create(path)
            defer {
                disk.close(file)
                // The next probe removes it.
                try? disk.remove(path)
            }
            try disk.writeAll(Array("probe\n".utf8), to: file, at: 0)
            try disk.sync(file)
        } catch { throw SpoolError(error) }
    }
}
