extension SpoolFolder {
    /// An entry and its open file.
    struct Opened: Sendable {
        var stored: StoredEntry
        let view: FileView
        let file: EntryFile

        init(
            _ disk: any Disk, _ path: String, id: QueueID, forWriting: Bool = false,
            tailByteCount: Int = Limits.viewByteCount
        ) throws(ReadError) {
            do throws(DiskError) { file = try EntryFile(disk, path, forWriting: forWriting) } catch {
                throw .disk(error)
            }
            view = try FileView(disk, file.file, tailByteCount: tailByteCount)
            stored = try EntryDecoder.decode(view, id: id)
        }

        /// The message is what was received.
        func proveMessage() throws(ReadError) {
            var checksum = Checksum()
            let end = stored.entry.messageByteCount
            for start in stride(from: 0, to: end, by: Limits.windowByteCount) {
                checksum.update(try view.bytes(start..<min(start + Limits.windowByteCount, end)))
            }
            guard checksum.value == stored.messageChecksum else { throw .format(.badMessageChecksum) }
        }
    }
}
