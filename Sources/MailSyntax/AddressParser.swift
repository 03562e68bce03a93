/// Reads the address grammar of the envelope (RFC 5321 section 4.1.2) from the front of bytes.
///
/// Stricter than header syntax: no comments, no blanks. More lenient than the RFC in two points: domains may hold
/// underscores, since host names of offices do, and dots may stand anywhere in a local part, since carriers have given
/// out such mailboxes.
struct AddressParser {
    private(set) var input: ArraySlice<UInt8>
    private let allowsUTF8: Bool

    init(_ input: ArraySlice<UInt8>, allowsUTF8: Bool) {
        self.input = input
        self.allowsUTF8 = allowsUTF8
    }

    /// `local-part [ "@" ( domain / address-literal ) ]`
    mutating func mailbox() throws(AddressError) -> Address {
        let local = try localPart()
        guard take(ASCII.at) else { return Address(localPart: local, domain: "") }
        return Address(localPart: local, domain: try domain())
    }

    /// Takes the byte off the front if it stands there.
    mutating func take(_ byte: UInt8) -> Bool {
        guard input.first == byte else { return false }
        input.removeFirst()
        return true
    }

    /// A domain name or an address literal in brackets.
    mutating func domain() throws(AddressError) -> String {
        input.first == ASCII.openBracket ? try literal() : try domainName()
    }

    private mutating func localPart() throws(AddressError) -> String {
        let start = input
        if take(ASCII.quote) { try quotedString() } else { try dotString() }
        let bytes = start[..<input.startIndex]
        guard bytes.count <= Limits.localPartByteCount else { throw .tooLong }
        return try text(bytes)
    }

    /// Atoms and dots.
    private mutating func dotString() throws(AddressError) {
        let text = input.prefix { ASCII.isAtomText($0) || $0 == ASCII.dot || !ASCII.isASCII($0) }
        guard text.contains(where: { $0 != ASCII.dot }) else { throw .malformed }
        input = input.dropFirst(text.count)
    }

    /// The rest of a quoted string behind its first quote.
    private mutating func quotedString() throws(AddressError) {
        while let byte = input.popFirst() {
            if byte == ASCII.quote { return }
            let content = byte == ASCII.backslash ? input.popFirst() : byte
            guard let content, !ASCII.isControl(content), byte != ASCII.backslash || ASCII.isASCII(content)
            else { throw .malformed }
        }
        throw .malformed
    }

    private mutating func domainName() throws(AddressError) -> String {
        let start = input
        repeat {
            let label = input.prefix(while: Self.isLabelByte)
            guard !label.isEmpty, label.first != ASCII.hyphen, label.last != ASCII.hyphen else {
                throw .malformed
            }
            guard label.count <= Limits.domainLabelByteCount else { throw .tooLong }
            input = input.dropFirst(label.count)
        } while take(ASCII.dot)
        let bytes = start[..<input.startIndex]
        guard bytes.count <= Limits.domainByteCount else { throw .tooLong }
        return try text(bytes)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || byte == ASCII.hyphen || byte == ASCII.underscore
            || !ASCII.isASCII(byte)
    }

    private mutating func literal() throws(AddressError) -> String {
        guard let end = input.firstIndex(of: ASCII.closeBracket) else { throw .malformed }
        let bytes = input[...end]
        guard bytes.count <= Limits.domainByteCount else { throw .tooLong }
        guard AddressLiteral.isWellFormed(bytes.dropFirst().dropLast()) else { throw .malformed }
        input = input[(end + 1)...]
        return String(decoding: bytes, as: UTF8.self)
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(AddressError) -> String {
        guard allowsUTF8 || bytes.allSatisfy(ASCII.isASCII),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .notASCII }
        return text
    }
}
