/// What a spool's folder holds before any mail comes.
extension SpoolFolder {
    /// Makes what is missing, durably, unless another program's format is there.
    func prepare() throws(SpoolError) {
        do throws(DiskError) {
            for name in ["queue", "failed", "damaged"] { try disk.makeFolderIfMissing(path + "/" + name) }
            try checkVersion()
            // A run before this one may have been cut off between making and syncing.
            try disk.syncFolder(path + "/queue")
            try disk.syncFolder(path)
        } catch { throw SpoolError(error) }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        // It may be closed to us; then whoever made the spool's folder there has to make it durable.
        try? disk.syncFolder(path.hasPrefix("/") ? "/" + parent : parent.isEmpty ? "." : parent)
    }

    private func checkVersion() throws(DiskError) {
        let (file, text) = (path + "/version", Array("postern spool 1\n".utf8))
        var found: [UInt8] = []
        do throws(DiskError) {
            let version = try EntryFile(disk, file, forWriting: false)
            found = try disk.read(0..<64, of: version.file)
        } catch  where error.reason == .missing {}
        if found == text { return }
        guard text.starts(with: found) || found.allSatisfy({ $0 == 0 }) else {
            throw DiskError(.other, "\(file) names a format that is not known to this program")
        }
        do throws(DiskError) { try disk.remove(file) } catch  where error.reason == .missing {}
        let version = try disk.create(file)
        defer { disk.close(version) }
        try disk.writeAll(text, to: version, at: 0)
        try disk.sync(version)
    }
}
