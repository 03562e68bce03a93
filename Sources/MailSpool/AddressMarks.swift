import MailSyntax

/// Sender and recipients of a share as a few bits: whoever looks for an address need not open the files of those
/// that cannot have it. That the bits are there proves nothing; the file does.
struct AddressMarks: Hashable, Sendable {
    /// Four bits for each recipient.
    private let recipients: UInt64
    private let sender: UInt32

    init(sender: Address?, recipients: some Sequence<Address>) {
        self.sender = UInt32(truncatingIfNeeded: Self.hash(sender))
        self.recipients = recipients.reduce(0) { $0 | Self.bits(of: $1) }
    }

    func mayBeFrom(_ address: Address?) -> Bool {
        sender == UInt32(truncatingIfNeeded: Self.hash(address))
    }

    func mayBeFor(_ address: Address) -> Bool {
        let bits = Self.bits(of: address)
        return recipients & bits == bits
    }

    private static func bits(of address: Address) -> UInt64 {
        let hash = hash(address)
        return (0..<4).reduce(0) { $0 | 1 << (hash >> UInt64(6 * $1) & 63) }
    }

    /// Of people who look for an address, few know its case.
    private static func hash(_ address: Address?) -> UInt64 {
        guard let address else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) {
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            hash = (hash ^ UInt64(isUpper ? byte | 0x20 : byte)) &* 0x100_0000_01b3
        }
        for byte in address.localPart.utf8 { add(byte) }
        add(UInt8(ascii: "@"))
        for byte in address.domain.utf8 { add(byte) }
        return hash ^ hash >> 29
    }
}
