import MailContent
import MailSyntax

/// `disclaimer [":html" <html>] <text>`: added to the message's own text, once, and never to what is signed or encrypted.
struct DisclaimerAction: Action, Readable {
    static let name = "disclaimer"
    static let capability: Capability? = .disclaimer

    /// Tells that the text was added.
    private static let mark = "X-Postern-Disclaimer"

    private let html: ScriptString?
    private let text: ScriptString

    init?(_ arguments: inout Arguments) {
        html = arguments.taggedString("html")
        arguments.compilation.facts.readsBody = true
        guard let text = arguments.string("a text") else { return nil }
        self.text = text
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let key = ASCII.lowercased(Array(Self.mark.utf8)[...])
        guard !run.header.fields.contains(where: { $0.key == key }) else { return }
        let html = html.map { run.text($0) }
        let disclaimer = Disclaimer(text: run.text(text), html: html)
        try run.settle()
        guard let structure = try run.structure(), let content = run.message.content else { return }
        guard Disclaimer.obstacle(in: structure) == nil else { return }
        var edits: [MessageEdit] = []
        for place in disclaimer.places(in: structure) {
            let part = structure.parts[place]
            let body = try content.bytes(part.body, &run)
            edits += disclaimer.edits(of: part, body: body[...]) ?? []
        }
        guard !edits.isEmpty else { return }
        try run.rewrite(edits.pieces(ofMessage: run.message.byteCount))
        run.header.add(HeaderField(adding: Self.mark, value: "added"), last: true)
    }
}
