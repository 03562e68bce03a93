/// `deleteheader [":index" <number> [":last"]] [COMPARATOR] [MATCH-TYPE] <field-name> [<values>]`
/// (RFC 5293 section 5).
///
/// Auto-Submitted stays whatever a script says, as the RFC asks, since loops of automatic answers end at
/// it, and so does what `replace` kept of a message. Received may go: a relay is where inner host names come off.
struct DeleteHeaderAction: Action, Readable {
    static let name = "deleteheader"
    static let capability: Capability? = .editheader

    private let field: FieldName
    private let index: Int?
    private let isLast: Bool
    /// nil: whatever the value.
    private let values: Keys?

    init?(_ arguments: inout Arguments) {
        let indexPlace = arguments.place(ofTag: "index")
        index = arguments.indexTag()
        isLast = arguments.lastTag(hasIndex: indexPlace != nil)
        let matching = arguments.matching()
        guard let field = FieldName(&arguments) else { return nil }
        self.field = field
        if let key = field.constantKey, SieveContext.alwaysKept.contains(key) {
            let warning = "\"\(field.shown)\" cannot be deleted; this does nothing"
            arguments.compilation.diagnostics.warning(warning, at: arguments.node.place)
        }
        values = arguments.hasPositional ? arguments.keys(matching, "values") : nil
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        guard let name = try field.name(in: run, sparing: run.context.undeletableFields) else { return }
        let key = ASCII.lowercased(Array(name.utf8)[...])
        var places = run.header.fields.indices.filter { run.header.fields[$0].key == key }
        if let index {
            if isLast { places.reverse() }
            places = index <= places.count ? [places[index - 1]] : []
        }
        var chosen: Set<Int> = []
        for place in places where try fits(run.header.fields[place], &run) { chosen.insert(place) }
        run.header.remove(chosen)
    }

    private func fits(_ field: HeaderField, _ run: inout SieveRun) throws(SieveFault) -> Bool {
        guard let values else { return true }
        return try values.match([try run.text(of: field)], in: &run)
    }
}
