/// The path of MAIL and RCPT: `<local@domain>`, where a source route is read and dropped
/// (RFC 5321 sections 4.1.2 and appendix C).
public enum MailPath {
    /// Takes a reverse path off the front of `input`; nil is the null sender `<>`.
    public static func reverse(
        _ input: inout ArraySlice<UInt8>, allowsUTF8: Bool
    ) throws(AddressError) -> Address? {
        if input.starts(with: [ASCII.less, ASCII.greater]) {
            input.removeFirst(2)
            return nil
        }
        return try forward(&input, allowsUTF8: allowsUTF8)
    }

    /// Takes a forward path off the front of `input`. Which addresses may lack a domain is for the
    /// caller to say.
    public static func forward(
        _ input: inout ArraySlice<UInt8>, allowsUTF8: Bool
    ) throws(AddressError) -> Address {
        var parser = AddressParser(input, allowsUTF8: allowsUTF8)
        guard parser.take(ASCII.less) else { throw .malformed }
        try dropRoute(&parser)
        let address = try parser.mailbox()
        guard parser.take(ASCII.greater) else { throw .malformed }
        input = parser.input
        return address
    }

    /// `@one,@two:`
    private static func dropRoute(_ parser: inout AddressParser) throws(AddressError) {
        guard parser.input.first == ASCII.at else { return }
        repeat {
            guard parser.take(ASCII.at) else { throw .malformed }
            _ = try parser.domain()
        } while parser.take(ASCII.comma)
        guard parser.take(ASCII.colon) else { throw .malformed }
    }
}
