import MailSyntax

/// Writes the fields of records: numbers in little-endian order, text behind its length.
struct ByteWriter {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func uint8(_ value: UInt8) { bytes.append(value) }

    mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func uint16(_ value: UInt16) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }

    mutating func uint32(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }

    mutating func uint64(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }

    mutating func timestamp(_ time: Timestamp) { uint64(UInt64(bitPattern: time.millisecondsSince1970)) }

    /// Text that is cut where it is too long.
    mutating func text(_ text: String) { whole(text.cut()) }

    /// Text that must stay whole; the caller has checked its length.
    mutating func whole(_ text: String) {
        uint16(UInt16(text.utf8.count))
        bytes += text.utf8
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        bool(value != nil)
        if let value { write(&self, value) }
    }

    mutating func text(_ text: String?) { optional(text) { $0.text($1) } }

    mutating func address(_ address: Address) {
        whole(address.localPart)
        whole(address.domain)
    }

    mutating func recipient(_ recipient: Recipient) {
        address(recipient.address)
        optional(recipient.notify) { $0.uint8($1.rawValue) }
        optional(recipient.originalRecipient) { $0.whole($1) }
    }

    /// Overwrites a number that was not known when its place was written.
    mutating func patch(_ value: UInt32, at index: Int) {
        for byte in 0..<4 { bytes[index + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }
}
