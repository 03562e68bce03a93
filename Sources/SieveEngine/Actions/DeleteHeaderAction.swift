/// `deleteheader [":index" <number> [":last"]] [COMPARATOR] [MATCH-TYPE] <field-name> [<values>]`
/// (RFC 5293 section 5).
///
/// Auto-Submitted stays whatever a script says, as the RFC asks, since loops of automatic answers end at
/// it. Received may go: a relay is where inner host names come off.
struct DeleteHeaderAction: Action {
    static let name = "deleteheader"
    static let capability: Capability? = .editheader

    private let key: String
    private let index: Int?
    private let isLast: Bool
    /// nil: whatever the value.
    private let values: Matcher?

    init?(_ arguments: inout Arguments) {
        index = arguments.indexTag()
        isLast = arguments.lastTag(hasIndex: index != nil)
        let matching = arguments.matching()
        guard let name = arguments.fieldName() else { return nil }
        key = ASCII.lowercased(Array(name.utf8)[...])
        if key == "auto-submitted" {
            let warning = "\"\(name)\" cannot be deleted; this does nothing"
            arguments.diagnostics.warning(warning, at: arguments.node.place)
        }
        let patterns = arguments.hasPositional ? arguments.strings("values") : nil
        values = patterns.map { Matcher(matching.type, matching.comparator, keys: $0) }
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        guard key != "auto-submitted" else { return }
        var places = run.header.fields.indices.filter { run.header.fields[$0].key == key }
        if let index {
            if isLast { places.reverse() }
            places = index <= places.count ? [places[index - 1]] : []
        }
        var chosen: Set<Int> = []
        for place in places where try fits(run.header.fields[place], run) { chosen.insert(place) }
        run.header.remove(chosen)
    }

    private func fits(_ field: HeaderField, _ run: SieveRun) throws(SieveFault) -> Bool {
        guard let values else { return true }
        return values.firstMatch(try run.text(of: field)) != nil
    }
}

extension Arguments {
    /// `:index`, which counts from 1.
    fileprivate mutating func indexTag() -> Int? {
        let place = place(ofTag: "index")
        guard let index = taggedNumber("index"), let place else { return nil }
        if index > 0 { return index }
        diagnostics.error("\":index\" counts from 1", at: place)
        return 1
    }

    /// `:last`, which counts from the end.
    fileprivate mutating func lastTag(hasIndex: Bool) -> Bool {
        guard let place = tag("last") else { return false }
        if !hasIndex { diagnostics.error("\":last\" needs \":index\"", at: place) }
        return true
    }
}
