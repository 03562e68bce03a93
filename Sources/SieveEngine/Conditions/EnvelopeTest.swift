import MailSyntax

/// `envelope [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <envelope-part> <keys>` (RFC 5228 section 5.4).
struct EnvelopeTest: Condition {
    static let name = "envelope"
    static let capability: Capability? = .envelope

    private enum Side: String, CaseIterable {
        case from
        case to
    }

    private let part: AddressPart
    private let sides: [Side]
    private let keys: Matcher

    init?(_ arguments: inout Arguments) {
        let matching = arguments.matching()
        part = arguments.choice(AddressPart.self) ?? .all
        guard let names = arguments.strings("envelope parts"), let keys = arguments.strings("keys") else {
            return nil
        }
        sides = names.compactMap { Self.side($0, &arguments) }
        self.keys = Matcher(matching.type, part.comparator(matching.comparator), keys: keys)
        if sides.contains(.to) { arguments.facts.recipientDetail = part == .domain ? .domain : .full }
    }

    private static func side(_ name: Text, _ arguments: inout Arguments) -> Side? {
        if let side = Side(rawValue: ASCII.lowercased(name.bytes[...])) { return side }
        arguments.diagnostics.error(
            "unknown envelope part \"\(name.string)\"; known: from, to", at: name.place)
        return nil
    }

    func holds(in run: SieveRun) -> Bool {
        sides.contains { side in
            switch side {
            case .to: part.value(of: run.recipient).flatMap(keys.firstMatch) != nil
            // The null sender is the empty text in each of its parts.
            case .from: (run.message.sender.map(part.value) ?? []).flatMap(keys.firstMatch) != nil
            }
        }
    }
}
