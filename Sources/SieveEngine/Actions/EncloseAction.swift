import MailContent
import MailSyntax

/// `enclose [":subject" <subject>] [":headers" <names>] <text>`: the message goes out as an attachment of a new one with
/// this text (RFC 5703 section 6).
struct EncloseAction: Action, Readable {
    static let name = "enclose"
    static let capability: Capability? = .enclose

    private let subject: ScriptString?
    private let names: [ScriptString]
    private let text: ScriptString

    init?(_ arguments: inout Arguments) {
        subject = arguments.taggedString("subject")
        names = arguments.taggedStrings("headers") ?? []
        arguments.compilation.facts.readsBody = true
        for name in names {
            guard let constant = name.constant, !constant.isFieldName else { continue }
            let shown = String(decoding: constant, as: UTF8.self)
            arguments.error("no header field has the name \"\(shown)\"", at: name.place)
        }
        guard let text = arguments.string("a text") else { return nil }
        self.text = text
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        guard run.enclosures.count < Limits.enclosureCount else {
            throw .tooMany(Self.name, limit: Limits.enclosureCount)
        }
        let text = run.expanded(text)
        let enclosure = Enclosure(fields: try fields(in: run), text: text, boundary: try boundary(text, &run))
        run.enclosures.append(enclosure)
    }

    /// The fields asked for as they are; Date, From and Subject in any case: from the sender of the message, who is
    /// the one for whom a relay's scripts run.
    private func fields(in run: SieveRun) throws(SieveFault) -> [[UInt8]] {
        var keys: Set<String> = ["from", "subject"]
        for name in names { keys.insert(ASCII.lowercased(run.expanded(name)[...])) }
        let subject = subject.map { run.text($0) }
        if subject != nil { keys.remove("subject") }
        var fields = run.header.fields.filter { keys.contains($0.key) && !$0.key.hasPrefix("content-") }
            .map { $0.bytes(in: run.message.head) }
        if !keys.contains("date") {
            let now = ZonedDate(run.context.time, zoneMinutes: run.context.zoneMinutes)
            fields.insert(HeaderComposer.field("Date", MessageDate.rfc5322(now)), at: 0)
        }
        if let subject { fields.append(HeaderComposer.field("Subject", EncodedWord.encode(subject))) }
        return fields
    }

    /// Stands nowhere in the message or in the text.
    private func boundary(_ text: [UInt8], _ run: inout SieveRun) throws(SieveFault) -> String {
        for number in 1...Limits.boundaryCount {
            let boundary = "=_postern_\(run.enclosures.count)_\(number)"
            var scan = LiteralScan(LiteralSearch([Array(boundary.utf8)], ignoresCase: false))
            try run.spend(run.message.byteCount + text.count)
            scan.take(text[...])
            run.message.content?.forEachWindow(of: 0..<run.message.byteCount) { scan.take($0[...]) }
            if !scan.hasFound(0..<1) { return boundary }
        }
        throw .unfit("no boundary can be put around this message")
    }
}

extension HeaderField {
    /// The whole field as on the wire.
    fileprivate func bytes(in head: [UInt8]) -> [UInt8] {
        switch origin {
        case .added(let bytes): bytes
        case .original(let range, _):
            head[range].last == ASCII.lineFeed ? Array(head[range]) : head[range] + CRLF.end
        }
    }
}
