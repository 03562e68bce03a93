/// `fileinto [":copy"] <folder>`: stored in a folder of the configuration, and nowhere else (RFC 5228 section 4.1).
struct FileintoAction: Action, Readable {
    static let name = "fileinto"
    static let capability: Capability? = .fileinto

    private let folder: ScriptString
    private let isCopy: Bool
    private let known: [String]?

    init?(_ arguments: inout Arguments) {
        isCopy = arguments.copyTag()
        if let place = arguments.tag("create") {
            arguments.compilation.demand(.mailbox, for: "\":create\"", at: place)
        }
        guard let folder = arguments.string("the name of a folder") else { return nil }
        self.folder = folder
        known = arguments.options.folderNames
        guard let constant = folder.constant, let known else { return }
        let name = String(decoding: constant, as: UTF8.self)
        guard !known.contains(name) else { return }
        arguments.error(
            "unknown folder \"\(name)\"\(Suggestion.question(for: name, among: known))", at: folder.place)
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let name = run.text(folder)
        if let known, !known.contains(name) { throw .unfit("unknown folder \"\(name)\"") }
        try run.add(.store(folder: name, isCopy: isCopy), rule: rule)
    }
}
