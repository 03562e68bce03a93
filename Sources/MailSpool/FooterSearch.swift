/// Finds the good footers of a file, the last first. Behind a torn append lie those of all that was before.
struct FooterSearch {
    private let view: FileView
    private let id: QueueID
    /// Only footers that begin before this are still to be found.
    private var end: Int
    private let lowest: Int

    init(_ view: FileView, id: QueueID) {
        self.view = view
        self.id = id
        end = max(0, view.byteCount - Footer.byteCount + 1)
        lowest = max(0, view.byteCount - Limits.footerSearchByteCount)
    }

    mutating func next() throws(ReadError) -> (footer: Footer, offset: Int)? {
        // Nearly always the first look finds it, at the very end.
        if end > 0, end == view.byteCount - Footer.byteCount + 1 {
            end -= 1
            if let footer = try footer(at: end) { return (footer, end) }
        }
        while end > lowest {
            let start = max(lowest, end - Limits.windowByteCount)
            // Each window is read with what a footer that begins at its last byte needs.
            let bytes = try view.bytes(start..<min(end + Footer.byteCount - 1, view.byteCount))
            for offset in Self.candidates(bytes, count: end - start).reversed() {
                if let footer = try footer(at: start + offset) {
                    end = start + offset
                    return (footer, end)
                }
            }
            end = start
        }
        return nil
    }

    private func footer(at offset: Int) throws(ReadError) -> Footer? {
        let bytes = try view.bytes(offset..<offset + Footer.byteCount)
        do throws(FormatError) { return try Footer(bytes, id: id, offset: offset) } catch {
            throw .format(error)
        }
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
    static func isDraft(_ view: FileView, id: QueueID) throws(ReadError) -> Bool {
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
