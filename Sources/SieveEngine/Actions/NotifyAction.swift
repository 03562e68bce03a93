import MailContent
import MailSyntax

/// `notify [":from" <address>] [":importance" <"1" / "2" / "3">] [":options" <strings>] [":message" <text>] <method>`
/// (RFC 5435 section 3, RFC 5436).
struct NotifyAction: Action, Readable {
    static let name = "notify"
    static let capability: Capability? = .enotify

    private let from: AddressString?
    private let importance: ScriptString?
    private let message: ScriptString?
    private let method: ScriptString

    init?(_ arguments: inout Arguments) {
        from = arguments.taggedString("from").flatMap { AddressString($0, &arguments) }
        importance = arguments.taggedString("importance")
        message = arguments.taggedString("message")
        for option in arguments.taggedStrings("options") ?? [] { Self.check(option: option, &arguments) }
        if let word = importance?.constant, Self.importance(word) == nil {
            let shown = String(decoding: word, as: UTF8.self)
            arguments.error("importance is 1, 2 or 3, not \"\(shown)\"", at: arguments.node.place)
        }
        guard let method = arguments.string("a notification method") else { return nil }
        self.method = method
        guard let uri = method.constant else { return }
        do throws(MailtoURI.Mistake) {
            _ = try MailtoURI(uri)
        } catch {
            arguments.error(error.text, at: method.place)
        }
    }

    /// `name=value`; mail knows none.
    private static func check(option: ScriptString, _ arguments: inout Arguments) {
        guard let bytes = option.constant else { return }
        let name = bytes.prefix { $0 != ASCII.equals }
        let isName = name.allSatisfy {
            ASCII.isIdentifierByte($0) || $0 == ASCII.dot || $0 == UInt8(ascii: "-")
        }
        let startsWell = name.first.map { ASCII.isIdentifierByte($0) && $0 != ASCII.underscore } ?? false
        let isOneLine = !bytes.contains(where: ASCII.isLineEnd)
        if name.count < bytes.count, isName, startsWell, isOneLine { return }
        arguments.error("an option has the form name=value", at: option.place)
    }

    /// So much of a text as a list of messages shows.
    private static func subject(_ text: [UInt8]) -> String {
        let characters = String(decoding: text, as: UTF8.self)
        guard characters.count > Limits.subjectCharacterCount else { return characters }
        return characters.prefix(Limits.subjectCharacterCount - 1) + "\u{2026}"
    }

    private static func importance(_ word: [UInt8]) -> SieveNotice.Importance? {
        Int(String(decoding: word, as: UTF8.self)).flatMap(SieveNotice.Importance.init)
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let uri: MailtoURI
        do throws(MailtoURI.Mistake) {
            uri = try MailtoURI(run.expanded(method))
        } catch {
            throw .unfit(error.text)
        }
        var notice = uri.notice
        notice.from = try from?.address(in: run)
        notice.importance = importance.flatMap { Self.importance(run.expanded($0)) } ?? .normal
        if let message {
            // A text for people is the subject of mail (RFC 5436 section 2.3).
            let text = run.expanded(message).prefix(Limits.noticeByteCount)
            notice.subject = notice.subject ?? Self.subject(HeaderText.unfolded(text))
        }
        try run.add(.notice(notice), rule: rule)
    }
}
