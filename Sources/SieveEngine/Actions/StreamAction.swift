/// `stream <name>`: the way this recipient's copy takes; the last one counts. The implicit keep stays.
struct StreamAction: Action, Readable {
    static let name = "stream"
    static let capability: Capability? = .stream

    private let stream: ScriptString
    /// nil: they are not known.
    private let known: [String]?

    init?(_ arguments: inout Arguments) {
        guard let name = arguments.string("the name of a stream") else { return nil }
        stream = name
        known = arguments.options.streamNames
        guard let constant = name.constant else { return }
        let text = String(decoding: constant, as: UTF8.self)
        guard let known, !known.contains(text) else { return }
        let hint = Suggestion.question(for: text, among: known)
        let list = "; configured: " + known.prefix(shownNameCount).joined(separator: ", ")
        let more = known.count > shownNameCount ? ", ..." : ""
        arguments.error("unknown stream \"\(text)\"\(hint)\(list)\(more)", at: name.place)
        return nil
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let name = run.text(stream)
        if let known, !known.contains(name) { throw .unfit("unknown stream \"\(name)\"") }
        try run.add(.stream(name), rule: rule)
    }
}

/// More names are not listed.
private let shownNameCount = 10
