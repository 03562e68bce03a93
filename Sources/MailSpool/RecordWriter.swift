/// Appends records and a footer to bytes that will lie at a known place of the file.
struct RecordWriter {
    private(set) var writer: ByteWriter
    private let base: Int
    private let id: QueueID
    private var newest: RecordLink?

    /// `bytes` come before the records and lie at `base`; `newest` is the record that the first one follows.
    init(behind bytes: [UInt8], at base: Int, id: QueueID, newest: RecordLink?) {
        writer = ByteWriter(bytes)
        self.base = base
        self.id = id
        self.newest = newest
    }

    /// Where in the file the next byte will lie.
    var offset: Int { base + writer.bytes.count }

    mutating func record(
        _ kind: UInt16, flags: UInt16 = 0, _ write: (inout ByteWriter) -> Void
    ) throws(SpoolError) {
        let (start, place) = (writer.bytes.count, offset)
        RecordHead.append(to: &writer, kind: kind, flags: flags, previous: newest)
        write(&writer)
        let byteCount = writer.bytes.count - start - RecordHead.byteCount
        guard byteCount <= Limits.recordByteCount else { throw .tooLarge("a record") }
        writer.patch(UInt32(byteCount), at: start)
        let checksum = RecordHead.checksum(of: writer.bytes[start...], id: id, offset: place)
        writer.patch(checksum, at: start + RecordHead.byteCount - 4)
        newest = RecordLink(offset: place, checksum: checksum)
    }

    mutating func footer(messageByteCount: Int) {
        guard let newest else { preconditionFailure("a footer follows a record") }
        Footer(newest: newest, messageByteCount: messageByteCount)
            .append(to: &writer, id: id, offset: offset)
    }
}
