/// Finds the last good footer of a file.
enum FooterSearch {
    /// The footer and where it begins. A draft has none; whatever else has none is damaged.
    static func find(_ view: FileView, id: QueueID) throws(ReadError) -> (footer: Footer, offset: Int) {
        let last = view.byteCount - Footer.byteCount
        if last >= 0, let footer = try footer(view, id, at: last) { return (footer, last) }
        if let found = try searchBack(view, id, from: last - 1) { return found }
        guard try isDraft(view, id) else { throw .format(.noFooter) }
        throw .draft
    }

    private static func footer(_ view: FileView, _ id: QueueID, at offset: Int) throws(ReadError) -> Footer? {
        let bytes = try view.bytes(offset..<offset + Footer.byteCount)
        do throws(FormatError) { return try Footer(bytes, id: id, offset: offset) } catch {
            throw .format(error)
        }
    }

    /// Behind a torn append lie the footers of all that was before.
    private static func searchBack(
        _ view: FileView, _ id: QueueID, from last: Int
    ) throws(ReadError) -> (footer: Footer, offset: Int)? {
        let lowest = max(0, view.byteCount - Limits.footerSearchByteCount)
        var end = last + 1
        while end > lowest {
            let start = max(lowest, end - Limits.windowByteCount)
            // Each window is read with what a footer that begins at its last byte needs.
            let bytes = try view.bytes(start..<min(end + Footer.byteCount - 1, view.byteCount))
            for offset in candidates(bytes, count: end - start).reversed() {
                if let footer = try footer(view, id, at: start + offset) { return (footer, start + offset) }
            }
            end = start
        }
        return nil
    }

    /// Where in the first `count` bytes the magic begins.
    private static func candidates(_ bytes: ArraySlice<UInt8>, count: Int) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            let magic = Footer.magic.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            let end = min(count, bytes.count - Footer.byteCount + 1)
            var found: [Int] = []
            for offset in 0..<max(end, 0) where bytes[offset] == Footer.magic[0] {
                if bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == magic {
                    found.append(offset)
                }
            }
            return found
        }
    }

    /// Without a footer, but with END where the one write of a commit puts it, a file was complete and its
    /// footer was lost since: too precious to be removed as a draft.
    private static func isDraft(_ view: FileView, _ id: QueueID) throws(ReadError) -> Bool {
        let endByteCount = RecordHead.byteCount + 4
        let highest = view.byteCount - endByteCount
        for offset in max(0, highest - Footer.byteCount)...max(0, highest) where highest >= 0 {
            let bytes = try view.bytes(offset..<offset + endByteCount)
            let head: RecordHead
            do throws(FormatError) { head = try RecordHead(bytes) } catch { throw .format(error) }
            let isEnd = head.kind == RecordKind.end && head.payloadByteCount == 4
            if isEnd, RecordHead.checksum(of: bytes, id: id, offset: offset) == head.checksum { return false }
        }
        return true
    }
}
