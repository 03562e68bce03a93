import MailSyntax

/// Reads what `ByteWriter` wrote and trusts none of it.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func uint8() throws(FormatError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    mutating func bool() throws(FormatError) -> Bool {
        switch try uint8() {
        case 0: return false
        case 1: return true
        default: throw .inconsistent("a field of yes or no")
        }
    }

    mutating func uint16() throws(FormatError) -> UInt16 { UInt16(littleEndian: try number()) }

    mutating func uint32() throws(FormatError) -> UInt32 { UInt32(littleEndian: try number()) }

    mutating func uint64() throws(FormatError) -> UInt64 { UInt64(littleEndian: try number()) }

    /// A length or an offset: never above what an `Int` holds.
    mutating func offset() throws(FormatError) -> Int {
        guard let offset = Int(exactly: try uint64()) else { throw .tooLarge("an offset") }
        return offset
    }

    mutating func count(limit: Int, _ what: String) throws(FormatError) -> Int {
        let count = Int(try uint32())
        guard count <= limit else { throw .tooLarge(what) }
        return count
    }

    mutating func timestamp() throws(FormatError) -> Timestamp {
        let milliseconds = Int64(bitPattern: try uint64())
        guard Limits.times.contains(milliseconds) else { throw .tooLarge("a time") }
        return Timestamp(millisecondsSince1970: milliseconds)
    }

    mutating func text() throws(FormatError) -> String {
        let count = Int(try uint16())
        guard let text = String(validating: try bytes(count), as: UTF8.self) else {
            throw .inconsistent("text that is no UTF-8")
        }
        return text
    }

    /// Text that was stored whole.
    mutating func whole() throws(FormatError) -> String {
        let text = try text()
        guard text.utf8.count <= Limits.fieldByteCount else { throw .tooLarge("a field") }
        return text
    }

    mutating func optionalText() throws(FormatError) -> String? { try bool() ? try text() : nil }

    mutating func address() throws(FormatError) -> Address {
        let localPart = try whole()
        return Address(localPart: localPart, domain: try whole())
    }

    mutating func optionalAddress() throws(FormatError) -> Address? { try bool() ? try address() : nil }

    mutating func recipient() throws(FormatError) -> Recipient {
        let address = try address()
        let notify = try bool() ? NotifyConditions(rawValue: try uint8()) : nil
        return Recipient(address, notify: notify, originalRecipient: try bool() ? try whole() : nil)
    }

    @inline(__always)
    private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>() throws(FormatError) -> Number
    {
        try bytes(Number.bitWidth / 8).withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }
}
