import MailContent
import MailSyntax

/// `address [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <header-list> <keys>` (RFC 5228 section 5.1).
struct AddressTest: Condition {
    static let name = "address"
    static let capability: Capability? = nil

    private let part: AddressPart
    private let names: [String]
    private let keys: Matcher

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        part = arguments.choice(AddressPart.self) ?? .all
        guard let names = arguments.fieldNames(), let keys = arguments.strings("keys") else { return nil }
        self.names = names
        self.keys = Matcher(matching.type, part.comparator(matching.comparator), keys: keys)
    }

    func holds(in run: SieveRun) throws(SieveFault) -> Bool {
        for field in run.header.fields where names.contains(field.key) {
            let value = try run.value(of: field)
            let addresses = MailboxList.addresses(in: value)
            if addresses.contains(where: { part.value(of: $0).flatMap(keys.firstMatch) != nil }) {
                return true
            }
            // What holds no address can only be compared as a whole.
            if addresses.isEmpty, part == .all, keys.firstMatch(HeaderText.unfolded(value)) != nil {
                return true
            }
        }
        return false
    }
}
