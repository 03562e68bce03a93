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
        guard let address = Self.address(constant) else {
            arguments.error(Self.complaint(constant), at: string.place)
            return nil
        }
        fixed = address
    }

    func address(in run: SieveRun) throws(SieveFault) -> Address {
        if let fixed { return fixed }
        let text = run.expanded(string)
        guard let address = Self.address(text) else { throw .unfit(Self.complaint(text)) }
        return address
    }

    /// The address that a text is.
    static func address(of text: String) throws(SieveFault) -> Address {
        let bytes = Array(text.utf8)
        guard let address = address(bytes) else { throw .unfit(complaint(bytes)) }
        return address
    }

    /// `local@domain`, maybe with a name in front and in angle brackets.
    private static func address(_ text: [UInt8]) -> Address? {
        let mailboxes = MailboxList.mailboxes(in: text[...])
        guard mailboxes.count == 1, let address = Address(mailboxes[0].address.description) else {
            return nil
        }
        return address.domain.isEmpty ? nil : address
    }

    private static func complaint(_ text: [UInt8]) -> String {
        "\"\(String(decoding: text, as: UTF8.self))\" is no address of the form local@domain"
    }
}
