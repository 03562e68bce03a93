import MailContent
import MailSyntax

/// `address [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] [":index" <number> [":last"]] <header-list> <keys>`
/// (RFC 5228 section 5.1).
struct AddressTest: Condition, Readable {
    static let name = "address"
    static let capability: Capability? = nil

    private let part: AddressPart
    private let fields: FieldChoice
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        var matching = arguments.matching()
        let tags = FieldChoice.Tags(&arguments)
        part = arguments.addressPart()
        matching.comparator = part.comparator(matching.comparator)
        guard let fields = FieldChoice(tags, &arguments), let keys = arguments.keys(matching) else {
            return nil
        }
        self.fields = fields
        self.keys = keys
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        var values: [[UInt8]] = []
        for field in try fields.fields(in: &run) {
            let addresses = MailboxList.addresses(in: field.value)
            values += addresses.compactMap { part.value(of: $0, run.subaddressSeparators) }
            // What holds no address can only be compared as a whole.
            if addresses.isEmpty, part == .all { values.append(HeaderText.unfolded(field.value)) }
        }
        return try keys.match(values, in: &run)
    }
}
