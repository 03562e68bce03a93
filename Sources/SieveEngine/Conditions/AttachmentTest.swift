import MailContent

/// `attachment [COMPARATOR] [MATCH-TYPE] (":name" / ":type") <keys>`, `attachment ":encrypted"` or
/// `attachment ":size" (":over" / ":under") <limit>`: of an attachment or, for name, type and encryption, of what is in it
/// if it is an archive.
struct AttachmentTest: Condition, Readable {
    static let name = "attachment"
    static let capability: Capability? = .attachment

    private enum Question: Sendable {
        case name(Keys)
        case type(Keys)
        case encrypted
        case larger(Int)
        case smaller(Int)
    }

    private let question: Question

    init?(_ arguments: inout Arguments) {
        arguments.compilation.facts.readsBody = true
        let matching = arguments.matching()
        let kind = arguments.choice(of: ["name", "type", "encrypted", "size"])
        let side = arguments.choice(of: ["over", "under"])
        switch (kind?.name, side?.name) {
        case ("name", nil), ("type", nil):
            guard let keys = arguments.keys(matching) else { return nil }
            question = kind?.name == "name" ? .name(keys) : .type(keys)
        case ("encrypted", nil): question = .encrypted
        case ("size", let side?):
            guard let limit = arguments.number("a limit") else { return nil }
            question = side == "over" ? .larger(limit) : .smaller(limit)
        default:
            arguments.error(
                "\"attachment\" needs \":name\", \":type\", \":encrypted\", or \":size\" with \":over\" or \":under\"",
                at: arguments.node.place)
            return nil
        }
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        guard var content = run.message.content else { return false }
        let structure = try content.structure(&run)
        for (number, part) in structure.parts.enumerated() where !part.isContainer && part.isAttachment {
            let listing = try content.listing(of: number, &run)
            run.message.content = content
            if try holds(for: part, listing, &run) { return true }
        }
        run.message.content = content
        return false
    }

    private func holds(
        for part: MIMEPart, _ listing: AttachmentListing, _ run: inout SieveRun
    ) throws(SieveFault) -> Bool {
        let byteCount = listing.members.first?.byteCount ?? 0
        switch question {
        case .name(let keys):
            let names = part.names + listing.members.map(\.name).filter { !$0.isEmpty }
            return try keys.match(names.map { Array($0.utf8) }, in: &run)
        case .type(let keys):
            return try keys.match(listing.members.compactMap { $0.type.map { Array($0.utf8) } }, in: &run)
        case .encrypted: return listing.isEncrypted
        case .larger(let limit): return byteCount > limit
        case .smaller(let limit): return byteCount < limit
        }
    }
}

extension MIMEPart {
    /// It is not the text of the message.
    fileprivate var isAttachment: Bool {
        type.type != "text" || disposition?.kind == "attachment" || !names.isEmpty
    }
}
