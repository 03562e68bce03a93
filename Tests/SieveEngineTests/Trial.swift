import MailSyntax
import SieveEngine

/// A script run on a message, and what came of it in words.
struct Trial {
    struct Failed: Error, CustomStringConvertible { let description: String }

    var message = "From: ann@example.org\nTo: bob@example.net\nSubject: hello\n\nbody\n"
    var sender: String? = "ann@example.org"
    var recipient = "bob@example.net"
    var byteCount: Int?
    var streams: [String]? = ["office", "bulk"]
    var context = SieveContext()

    /// The actions, one word or two for each: `keep`, `redirect bob@example.org`.
    func actions(_ scripts: String...) throws -> [String] {
        try result(scripts).actions.map { $0.shown }
    }

    /// Whether the test holds; for tests of the base and of `envelope`.
    func holds(_ test: String, require: [String] = ["envelope"]) throws -> Bool {
        let names = require.map { "\"\($0)\"" }.joined(separator: ", ")
        return try actions("require [\(names)]; if \(test) { discard; }") == ["discard"]
    }

    /// The header as the first action sends it, with bare line feeds.
    func header(_ scripts: String...) throws -> String {
        let result = try result(scripts)
        let head = bytes
        guard let pieces = result.actions.first?.headerPieces else { return "unchanged" }
        return Self.text(pieces, of: head)
    }

    func result(_ scripts: [String]) throws -> SieveResult {
        var run = SieveRun(
            SieveMessage(head: bytes, byteCount: byteCount ?? bytes.count),
            SieveEnvelope(
                sender: sender.flatMap { Address($0) },
                recipient: Recipient(Address(recipient) ?? Address(localPart: recipient, domain: ""))),
            context)
        for script in scripts { guard try run.run(compiled(script)) else { break } }
        return run.result
    }

    func compiled(_ source: String) throws -> SieveScript {
        var options = CompileOptions(streamNames: streams)
        options.services = Set(SieveService.allCases)
        let outcome = SieveScript.compile(Array(source.utf8), name: "t", options)
        guard let script = outcome.script else {
            throw Failed(description: outcome.diagnostics.map(\.description).joined(separator: "\n"))
        }
        return script
    }

    /// The run-time error of the scripts, in words.
    func fault(_ scripts: String...) -> String {
        do {
            return "no fault: \(try result(scripts).actions.map { $0.shown })"
        } catch {
            return "\(error)"
        }
    }

    private var bytes: [UInt8] { Self.wire(message) }

    static func wire(_ text: String) -> [UInt8] {
        Array(
            text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).joined(separator: [0x0D, 0x0A])
        )
    }

    static func text(_ pieces: [Piece], of head: [UInt8]) -> String {
        let bytes = pieces.flatMap { piece in
            switch piece {
            case .original(let range): Array(head[range])
            case .added(let bytes): bytes
            }
        }
        return String(decoding: bytes.filter { $0 != 0x0D }, as: UTF8.self)
    }
}

extension SieveAction {
    var shown: String {
        switch kind {
        case .keep, .discard: kind.name
        case .redirect(let redirection):
            "redirect\(redirection.isCopy ? " :copy" : "") \(redirection.address)"
        case .reject(let lines): "reject \(lines.joined(separator: "|"))"
        case .deferral(let reason): "defer \(reason)"
        case .store(let folder, _): "fileinto \(folder)"
        case .notice(let notice): "notify \(notice.recipients.map(\.description).joined(separator: ","))"
        case .remember(let identifier, _):
            "remember \(String(decoding: identifier.filter { $0 > 0 }, as: UTF8.self))"
        case .count(let count): "count \(String(decoding: count.key, as: UTF8.self)) \(count.amount)"
        case .stream(let name): "stream \(name)"
        case .hold(let hold): "hold\(hold.tag.map { " \($0)" } ?? "") \(hold.reason)"
        }
    }
}

/// Everything found in a script, without its name.
func findings(_ source: String, streams: [String]? = ["office", "bulk", "bank"]) -> [String] {
    SieveScript.compile(Array(source.utf8), name: "t", CompileOptions(streamNames: streams)).diagnostics
        .map { String($0.description.dropFirst(2)) }
}
