import MailSyntax

/// `envelope [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <envelope-part> <keys>` (RFC 5228 section 5.4, and RFC 6009
/// section 4 for what delivery status notifications brought).
struct EnvelopeTest: Condition, Readable {
    static let name = "envelope"
    static let capability: Capability? = .envelope

    private enum Side: String, CaseIterable {
        case from
        case to
        /// Who the client is (RFC 4954).
        case auth
        case notify
        case originalRecipient = "orcpt"
        case returnContent = "ret"
        case envelopeID = "envid"

        var isAddress: Bool { self == .from || self == .to }
        var needsDSN: Bool { !isAddress && self != .auth }
        var isOfRecipient: Bool { self == .to || self == .notify || self == .originalRecipient }
    }

    private let part: AddressPart
    private let sides: [Side]
    private let keys: Keys

    init?(_ arguments: inout Arguments) {
        var matching = arguments.matching()
        part = arguments.addressPart()
        matching.comparator = part.comparator(matching.comparator)
        guard let names = arguments.constants("envelope parts"), let keys = arguments.keys(matching) else {
            return nil
        }
        sides = names.compactMap { Self.side($0, &arguments) }
        self.keys = keys
        if sides.contains(where: \.isOfRecipient) {
            let detail = part == .domain && !sides.contains { $0.isOfRecipient && $0 != .to }
            arguments.compilation.facts.recipientDetail = detail ? .domain : .full
        }
    }

    private static func side(_ name: Text, _ arguments: inout Arguments) -> Side? {
        guard let side = Side(rawValue: ASCII.lowercased(name.bytes[...])) else {
            arguments.error("unknown envelope part \"\(name.string)\"; known: from, to", at: name.place)
            return nil
        }
        if side.needsDSN {
            arguments.compilation.demand(
                .envelopeDSN, for: "envelope part \"\(name.string)\"", at: name.place)
        }
        return side
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        try keys.match(sides.flatMap { values(of: $0, in: run) }, in: &run)
    }

    private func values(of side: Side, in run: SieveRun) -> [[UInt8]] {
        let recipient = run.envelope.recipient
        switch side {
        case .to: return address(recipient.address, run)
        // The null sender is the empty text in each of its parts, and no address to count.
        case .from: return run.envelope.sender.map { address($0, run) } ?? (keys.isCounting ? [] : [[]])
        case .auth: return text(run.envelope.user)
        case .notify: return (recipient.notify?.keywords ?? []).map { Array($0.utf8) }
        case .originalRecipient: return text(recipient.originalRecipient)
        case .returnContent: return text(run.envelope.returnContent?.keyword)
        case .envelopeID: return text(run.envelope.envelopeID)
        }
    }

    private func address(_ address: Address, _ run: SieveRun) -> [[UInt8]] {
        part.value(of: address, run.subaddressSeparators).map { [$0] } ?? []
    }

    private func text(_ text: String?) -> [[UInt8]] { text.map { [Array($0.utf8)] } ?? [] }
}
