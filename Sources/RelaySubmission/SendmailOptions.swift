import MailSyntax

/// What the arguments of `sendmail` ask for.
///
/// Letters that other mail systems give a meaning and postern does not are read and passed over, as far as callers
/// rely on them; a letter that nobody knows is an error. What follows the first argument without a dash is
/// recipients, whatever it looks like.
package struct SendmailOptions: Hashable, Sendable {
    /// What is to be done.
    package enum Mode: Hashable, Sendable {
        /// `-bm`: take a message.
        case submit
        /// `-bs`: speak SMTP on standard input and output.
        case speak
        /// `-bp`, `mailq`.
        case listQueue
        /// `-bi`, `-I`, `newaliases`.
        case checkAliases
        /// `-q`, `-bh`, `-bH`: nothing is left to do for these.
        case nothing
        /// `--help`
        case explain
    }

    package var mode = Mode.submit
    /// `-C`
    package var configuration: String?
    /// `-v`
    package var isVerbose = false
    /// `-t`
    var readsRecipients = false
    /// Not `-i`: a line of one dot ends the message.
    var endsAtDot = true
    /// `-f`, `-r`: as given, empty for the null sender.
    var sender: String?
    /// `-F`
    var fullName: String?
    /// `-N`
    var notify: NotifyConditions?
    /// `-R`
    var returnContent: ReturnContent?
    /// `-V`, as xtext.
    var envelopeID: String?
    /// As given; each may be a list.
    var recipients: [String] = []

    /// Reads arguments, without the program's name.
    package init(_ arguments: [String]) throws(SubmissionFailure) {
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
            rest.removeFirst()
            if argument == "--" { break }
            if argument.hasPrefix("--") { try takeWord(argument) } else { try takeLetters(argument, &rest) }
        }
        recipients = Array(rest)
    }

    private mutating func takeWord(_ argument: String) throws(SubmissionFailure) {
        guard argument == "--help" else { throw Self.misuse("unknown option \(argument)") }
        mode = .explain
    }

    /// `-ti`, `-fann@office.example`, `-f ann@office.example`.
    private mutating func takeLetters(
        _ argument: String, _ rest: inout ArraySlice<String>
    ) throws(SubmissionFailure) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            switch letter {
            case "t": readsRecipients = true
            case "i": endsAtDot = false
            case "v": isVerbose = true
            case "I": mode = .checkAliases
            case "G", "U", "c", "m", "n", "x": break
            case "q", "d":
                // The value is there or not, but never an argument of its own.
                if letter == "q", mode == .submit { mode = .nothing }
                letters = ""
            case "A", "B", "C", "F", "L", "N", "O", "R", "V", "X", "b", "e", "f", "h", "o", "p", "r":
                guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                    throw Self.misuse("option -\(letter) needs a value")
                }
                letters = ""
                try take(letter, value)
            default: throw Self.misuse("unknown option -\(letter)")
            }
        }
    }

    private mutating func take(_ letter: Character, _ value: String) throws(SubmissionFailure) {
        switch letter {
        case "C": configuration = value
        case "F": fullName = value
        case "f", "r": sender = value
        case "o": if value.hasPrefix("i") { endsAtDot = false }
        case "b": mode = try Self.mode(value)
        case "N": notify = try Self.conditions(value)
        case "R": returnContent = try Self.returnContent(value)
        case "V": envelopeID = Xtext.encode(Array(value.utf8))
        default: break
        }
    }

    private static func mode(_ value: String) throws(SubmissionFailure) -> Mode {
        switch value.first {
        case "m": return .submit
        case "s": return .speak
        case "p": return .listQueue
        case "i": return .checkAliases
        case "h", "H": return .nothing
        case "d", "D", "l": throw misuse("the relay runs as a service of its own: systemctl start postern")
        default: throw misuse("-b\(value) is not supported")
        }
    }

    private static func conditions(_ value: String) throws(SubmissionFailure) -> NotifyConditions {
        var conditions: NotifyConditions = []
        for word in value.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "never": conditions.insert(.never)
            case "success": conditions.insert(.success)
            case "failure": conditions.insert(.failure)
            case "delay": conditions.insert(.delay)
            default: throw misuse("-N takes never, or a list of success, failure and delay")
            }
        }
        guard !conditions.contains(.never) || conditions == .never else {
            throw misuse("-N never stands alone")
        }
        return conditions
    }

    private static func returnContent(_ value: String) throws(SubmissionFailure) -> ReturnContent {
        switch value.lowercased() {
        case "full": return .full
        case "hdrs": return .headers
        default: throw misuse("-R takes full or hdrs")
        }
    }

    private static func misuse(_ text: String) -> SubmissionFailure { SubmissionFailure(.usage, text) }
}
