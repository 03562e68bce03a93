import MailSyntax

/// A string of a script that is an address: checked now, or once variables have their values.
struct AddressString: Sendable {
    private let string: ScriptString
    private let fixed: Address?

    init?(_ arguments: inout Arguments, _ what: String) {
        guard let string = arguments.string(what) else { return nil }
        self.init(string, &arguments)
    }

    init?(_ string: ScriptString, _ arguments: inout Arguments) {
        self.string = string
        guard let constant = string.constant else {
            fixed = nil
            return
        }
        do throws(AddressError) {
            fixed = try Self.mailbox(constant)
        } catch {
            arguments.error(Self.complaint(constant, error), at: string.place)
            return nil
        }
    }

    func address(in run: SieveRun) throws(SieveFault) -> Address {
        if let fixed { return fixed }
        return try Self.address(of: run.expanded(string))
    }

    /// The address that a text is.
    static func address(of text: [UInt8]) throws(SieveFault) -> Address {
        do throws(AddressError) { return try mailbox(text) } catch { throw .unfit(complaint(text, error)) }
    }

    /// `local@domain`, maybe with a name in front and in angle brackets.
    private static func mailbox(_ text: [UInt8]) throws(AddressError) -> Address {
        let mailboxes = MailboxList.mailboxes(in: text[...])
        guard mailboxes.count == 1 else { throw .malformed }
        return try address(Array(mailboxes[0].address.description.utf8)[...])
    }

    /// `local@domain`; the domain may be beyond ASCII.
    static func address(_ text: ArraySlice<UInt8>) throws(AddressError) -> Address {
        let address = try Address(internationalized: text)
        if address.domain.isEmpty { throw .malformed }
        return address
    }

    /// What is said of a text that is no address.
    static func complaint(_ text: [UInt8], _ error: AddressError) -> String {
        let shown = "\"\(String(decoding: text, as: UTF8.self))\""
        return switch error {
        case .notASCII: "\(shown) is beyond ASCII before the \"@\", and cannot be written to"
        case .malformed, .tooLong: "\(shown) is no address of the form local@domain"
        }
    }
}
