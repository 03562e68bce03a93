/// A mailbox as it stands in an envelope: `local@domain` (RFC 5321 section 4.1.2).
///
/// The local part keeps its case and its quotes; the domain is lower-cased. An address without a
/// domain has an empty `domain`; only `<postmaster>` may stay so.
public struct Address: Hashable, Sendable, CustomStringConvertible {
    /// The part before the `@` as it goes on the wire, quotes included.
    public let localPart: String
    /// The domain or address literal, ASCII letters in lower case; empty for a bare address.
    public let domain: String

    /// An address of parts that are known to be good.
    public init(localPart: String, domain: String) {
        self.localPart = localPart
        self.domain = domain.lowercased()
    }

    /// A strict reading of `local@domain` (RFC 5321 section 4.1.2), ASCII only; a bare `local` has no
    /// domain. Nil for everything else.
    public init?(_ text: String) {
        guard let address = try? Address(parsing: Array(text.utf8)[...], allowsUTF8: false) else {
            return nil
        }
        self = address
    }

    /// As `init(_:)`, with the reason when it fails; `allowsUTF8` as SMTPUTF8 does (RFC 6531).
    public init(parsing bytes: ArraySlice<UInt8>, allowsUTF8: Bool) throws(AddressError) {
        var parser = AddressParser(bytes, allowsUTF8: allowsUTF8)
        self = try parser.mailbox()
        guard parser.input.isEmpty else { throw .malformed }
    }

    /// False for an address that needs SMTPUTF8 (RFC 6531).
    public var isASCII: Bool { description.utf8.allSatisfy(ASCII.isASCII) }

    /// The local part as people say it: without the quotes of a quoted string and the escapes in it.
    public var unquotedLocalPart: String {
        guard localPart.utf8.count >= 2, localPart.hasPrefix("\""), localPart.hasSuffix("\"") else {
            return localPart
        }
        var text = ""
        var isEscaped = false
        for character in localPart.dropFirst().dropLast() {
            if character == "\\" && !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }

    /// The wire form without angle brackets.
    public var description: String { domain.isEmpty ? localPart : localPart + "@" + domain }

    /// Longest local part, domain and path in bytes (RFC 5321 section 4.5.3.1).
    public static let localPartByteCountLimit = 64
    /// See `localPartByteCountLimit`.
    public static let domainByteCountLimit = 255
}
