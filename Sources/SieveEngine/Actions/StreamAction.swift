/// `stream <name>`: the way this recipient's copy takes; the last one counts. The implicit keep stays.
struct StreamAction: Action {
    static let name = "stream"
    static let capability: Capability? = .stream

    private let stream: String

    init?(_ arguments: inout Arguments) {
        guard let name = arguments.string("the name of a stream") else { return nil }
        stream = name.string
        guard let known = arguments.options.streamNames, !known.contains(stream) else { return }
        let hint = Suggestion.question(for: stream, among: known)
        let list = "; configured: " + known.prefix(shownNameCount).joined(separator: ", ")
        let more = known.count > shownNameCount ? ", ..." : ""
        arguments.diagnostics.error("unknown stream \"\(stream)\"\(hint)\(list)\(more)", at: name.place)
        return nil
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.stream(stream), rule: rule)
    }
}

/// More names are not listed.
private let shownNameCount = 10
