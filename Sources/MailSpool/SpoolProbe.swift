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
        do throws(DiskError) { try DiskProbe.store(on: disk, in: path) } catch { throw SpoolError(error) }
    }
}
