import MailSyntax

/// Reads a command line. Syntax only: whether a command is welcome now is the session's business.
public enum CommandParser {
    /// The command of a line without its CRLF; what cannot be read comes as `malformed` with its reply.
    public static func parse(_ line: [UInt8]) -> Command {
        do throws(MalformedCommand) {
            return try command(of: line)
        } catch {
            return .malformed(error.reply)
        }
    }

    private static func command(of line: [UInt8]) throws(MalformedCommand) -> Command {
        if line.contains(where: { ASCII.isControl($0) && $0 != ASCII.tab }) { throw .controlCharacter }
        let verb = ASCII.keyword(line.prefix(while: { !ASCII.isBlank($0) }).prefix(verbByteCountShown))
        let rest = ASCII.trim(line.drop(while: { !ASCII.isBlank($0) }))
        switch verb {
        case "EHLO": return .ehlo(try name(rest, after: verb))
        case "HELO": return .helo(try name(rest, after: verb))
        case "MAIL": return try mail(rest)
        case "RCPT": return try rcpt(rest)
        case "DATA": return try alone(.data, rest, verb)
        case "BDAT": return try bdat(rest)
        case "RSET": return try alone(.rset, rest, verb)
        case "NOOP": return .noop
        case "QUIT": return try alone(.quit, rest, verb)
        case "VRFY": return .vrfy
        case "EXPN": return .expn
        case "HELP": return .help
        case "STARTTLS": return try alone(.startTLS, rest, verb)
        case "AUTH": return try auth(rest)
        default: return .unknown(verb: verb)
        }
    }

    /// No known verb is longer; of an unknown one this much is kept.
    private static let verbByteCountShown = 16

    private static func alone(
        _ command: Command, _ rest: ArraySlice<UInt8>, _ verb: String
    ) throws(MalformedCommand) -> Command {
        guard rest.isEmpty else { throw .syntax("\(verb) takes no argument") }
        return command
    }

    /// Clients name themselves in many ways; what counts is that the name can be shown on one line.
    private static func name(_ rest: ArraySlice<UInt8>, after verb: String) throws(MalformedCommand) -> String
    {
        let isPresentable = rest.count <= Limits.heloNameByteCount && rest.allSatisfy(ASCII.isPrintable)
        guard !rest.isEmpty, isPresentable else { throw .syntax("\(verb) hostname") }
        return String(decoding: rest, as: UTF8.self)
    }

    private static func mail(_ rest: ArraySlice<UInt8>) throws(MalformedCommand) -> Command {
        var input = try argument(of: rest, after: "FROM:", "MAIL FROM:<address>")
        var parameters: MailParameters
        do throws(AddressError) {
            parameters = MailParameters(path: try MailPath.reverse(&input, allowsUTF8: true))
        } catch {
            throw .sender(error)
        }
        for parameter in try Parameter.list(input) { try parameters.take(parameter) }
        return .mail(parameters)
    }

    private static func rcpt(_ rest: ArraySlice<UInt8>) throws(MalformedCommand) -> Command {
        var input = try argument(of: rest, after: "TO:", "RCPT TO:<address>")
        var parameters: RcptParameters
        do throws(AddressError) {
            parameters = RcptParameters(address: try MailPath.forward(&input, allowsUTF8: true))
        } catch {
            throw .recipient(error)
        }
        for parameter in try Parameter.list(input) { try parameters.take(parameter) }
        return .rcpt(parameters)
    }

    /// The path and what follows it. A blank behind the colon is wrong and common.
    private static func argument(
        of rest: ArraySlice<UInt8>, after keyword: String, _ form: String
    ) throws(MalformedCommand) -> ArraySlice<UInt8> {
        guard ASCII.keyword(rest.prefix(keyword.utf8.count)) == keyword else { throw .syntax(form) }
        return ASCII.trim(rest.dropFirst(keyword.utf8.count))
    }

    private static func bdat(_ rest: ArraySlice<UInt8>) throws(MalformedCommand) -> Command {
        let words = rest.split(separator: ASCII.space)
        guard let first = words.first, let byteCount = ASCII.number(first), words.count <= 2,
            words.count == 1 || ASCII.keyword(words[1]) == "LAST"
        else { throw .syntax("BDAT count [LAST]") }
        return .bdat(byteCount: byteCount, isLast: words.count == 2)
    }

    private static func auth(_ rest: ArraySlice<UInt8>) throws(MalformedCommand) -> Command {
        let words = rest.split(separator: ASCII.space)
        guard (1...2).contains(words.count), words[0].count <= mechanismByteCountLimit,
            words[0].allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen || $0 == ASCII.underscore })
        else { throw .syntax("AUTH mechanism [initial-response]") }
        let initial = words.count == 2 ? String(decoding: words[1], as: UTF8.self) : nil
        return .auth(mechanism: ASCII.keyword(words[0]), initial: initial)
    }

    /// Longest name of a SASL mechanism (RFC 4422 section 3.1).
    private static let mechanismByteCountLimit = 20
}
