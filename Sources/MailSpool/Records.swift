/// The kinds of record behind a message. The numbers are stored; a new one needs a new number.
enum RecordKind {
    /// The transaction: length and checksum of the message, envelope, origin. The first.
    static let envelope: UInt16 = 1
    /// One share as accepted, with its edits.
    static let share: UInt16 = 2
    /// Commits all shares at once.
    static let end: UInt16 = 3
    /// All of a share that changes; the newest counts.
    static let state: UInt16 = 4

    /// A reader that does not know the kind passes over it; without the flag it leaves the entry alone.
    static let optionalFlag: UInt16 = 1
}

/// Names a record by its place and by what it holds: an append that was lost can come back behind another one
/// that was written over its beginning, and must not pass for what followed that.
struct RecordLink: Hashable {
    let offset: Int
    let checksum: UInt32
}

/// The head of a record, 24 bytes: payload length, kind, flags, offset and checksum of the record before, checksum.
///
/// The checksum covers the entry's ID, the record's own offset, the other fields and the payload.
struct RecordHead {
    static let byteCount = 24
    private static let noRecord = UInt64.max

    let payloadByteCount: Int
    let kind: UInt16
    let flags: UInt16
    /// Nil: it is the first.
    let previous: RecordLink?
    let checksum: UInt32

    init(_ bytes: ArraySlice<UInt8>) throws(FormatError) {
        var reader = ByteReader(bytes)
        payloadByteCount = Int(try reader.uint32())
        kind = try reader.uint16()
        flags = try reader.uint16()
        let (offset, sum) = (try reader.uint64(), try reader.uint32())
        previous = offset == Self.noRecord ? nil : RecordLink(offset: Int(clamping: offset), checksum: sum)
        checksum = try reader.uint32()
    }

    /// Writes a head whose length and checksum are still to be set.
    static func append(
        to writer: inout ByteWriter, kind: UInt16, flags: UInt16, previous: RecordLink?
    ) {
        writer.uint32(0)
        writer.uint16(kind)
        writer.uint16(flags)
        writer.uint64(previous.map { UInt64($0.offset) } ?? noRecord)
        writer.uint32(previous?.checksum ?? 0)
        writer.uint32(0)
    }

    /// The checksum of a record that lies whole in `bytes`; its checksum field is passed over.
    static func checksum(of bytes: ArraySlice<UInt8>, id: QueueID, offset: Int) -> UInt32 {
        var checksum = Checksum()
        checksum.update(id.rawValue)
        checksum.update(UInt64(offset))
        checksum.update(bytes.prefix(byteCount - 4))
        checksum.update(bytes.dropFirst(byteCount))
        return checksum.value
    }
}

/// The last 36 bytes: magic, format version, checksum, offset and checksum of the newest record, length of the
/// message.
struct Footer: Equatable {
    static let byteCount = 36
    static let magic = Array("postern\n".utf8)
    static let version: UInt32 = 1

    let newest: RecordLink
    let messageByteCount: Int

    init(newest: RecordLink, messageByteCount: Int) {
        self.newest = newest
        self.messageByteCount = messageByteCount
    }

    /// Nil if these 36 bytes at this offset are no footer of the entry, or not what was written.
    init?(_ bytes: ArraySlice<UInt8>, id: QueueID, offset: Int) throws(FormatError) {
        guard bytes.starts(with: Self.magic) else { return nil }
        var reader = ByteReader(bytes.dropFirst(Self.magic.count))
        let version = try reader.uint32()
        let checksum = try reader.uint32()
        let (newestOffset, newestChecksum) = (try reader.uint64(), try reader.uint32())
        let message = try reader.uint64()
        let fields = [UInt64(version), newestOffset, UInt64(newestChecksum), message]
        guard checksum == Self.checksum(id, offset, fields) else { return nil }
        guard version == Self.version else { throw .unknownVersion(version) }
        guard message <= newestOffset, newestOffset < UInt64(offset) else { throw .inconsistent("footer") }
        newest = RecordLink(offset: Int(newestOffset), checksum: newestChecksum)
        messageByteCount = Int(message)
    }

    func append(to writer: inout ByteWriter, id: QueueID, offset: Int) {
        let (newestOffset, message) = (UInt64(newest.offset), UInt64(messageByteCount))
        let fields = [UInt64(Self.version), newestOffset, UInt64(newest.checksum), message]
        writer.bytes += Self.magic
        writer.uint32(Self.version)
        writer.uint32(Self.checksum(id, offset, fields))
        writer.uint64(newestOffset)
        writer.uint32(newest.checksum)
        writer.uint64(message)
    }

    private static func checksum(_ id: QueueID, _ offset: Int, _ fields: [UInt64]) -> UInt32 {
        var checksum = Checksum()
        checksum.update(id.rawValue)
        checksum.update(UInt64(offset))
        for field in fields { checksum.update(field) }
        return checksum.value
    }
}

/// What is wrong with a file.
enum FormatError: Error, Equatable, CustomStringConvertible {
    case truncated
    case badChecksum(record: Int)
    case badMessageChecksum
    case unknownVersion(UInt32)
    case unknownRecord(kind: UInt16)
    case noFooter
    case tooLarge(String)
    case inconsistent(String)
    case notOurs(String)

    /// Whether a power cut during an append may look like this; else a newer program wrote it.
    var mayBeTorn: Bool {
        switch self {
        case .unknownVersion, .unknownRecord: false
        case .truncated, .badChecksum, .badMessageChecksum, .noFooter, .tooLarge, .inconsistent, .notOurs:
            true
        }
    }

    var description: String {
        switch self {
        case .truncated: "a record ends in the middle of a field"
        case .badChecksum(let record): "the record at byte \(record) is not as it was written"
        case .badMessageChecksum: "the message is not as it was written"
        case .unknownVersion(let version): "format version \(version) is not known to this program"
        case .unknownRecord(let kind): "a record of kind \(kind) is not known to this program"
        case .noFooter: "the footer is not as it was written"
        case .tooLarge(let what): "\(what) beyond the limit"
        case .inconsistent(let what): "\(what) contradicts the rest"
        case .notOurs(let what): what
        }
    }
}
