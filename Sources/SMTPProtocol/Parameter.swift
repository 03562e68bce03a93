import MailSyntax

/// One `KEYWORD=value` behind the path of MAIL or RCPT (RFC 5321 section 4.1.2).
struct Parameter {
    let keyword: String
    let value: ArraySlice<UInt8>?

    /// The parameters in `input`, which is empty or begins with the blank behind the path.
    static func list(_ input: ArraySlice<UInt8>) throws(MalformedCommand) -> [Parameter] {
        guard let first = input.first else { return [] }
        guard ASCII.isBlank(first) else { throw .syntax("a blank must follow the address") }
        var parameters: [Parameter] = []
        for word in input.split(whereSeparator: ASCII.isBlank) {
            let parameter = try Parameter(word)
            let isRepeated = parameters.contains { $0.keyword == parameter.keyword }
            guard !isRepeated, parameters.count < Limits.parameterCount else {
                throw .badParameter(parameter.keyword)
            }
            parameters.append(parameter)
        }
        return parameters
    }

    private init(_ word: ArraySlice<UInt8>) throws(MalformedCommand) {
        let end = word.firstIndex(of: ASCII.equals) ?? word.endIndex
        let name = word[..<end]
        guard let first = name.first, ASCII.isLetterOrDigit(first), name.count <= 32,
            name.allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen })
        else { throw .syntax("parameters are KEYWORD or KEYWORD=value") }
        keyword = ASCII.keyword(name)
        value = end == word.endIndex ? nil : word[(end + 1)...]
    }

    /// The value as a keyword in upper case; empty if there is none.
    var keywordValue: String { value.map(ASCII.keyword) ?? "" }

    /// The meaning that was found for the value; none makes the parameter a bad one.
    func known<Meaning>(_ meaning: Meaning?) throws(MalformedCommand) -> Meaning {
        guard let meaning else { throw .badParameter(keyword) }
        return meaning
    }

    /// The value as it came, if it is xtext within the limit (RFC 3461 section 4).
    func xtext(limit: Int) throws(MalformedCommand) -> String {
        guard let value, value.count <= limit, Xtext.isWellFormed(value) else { throw .badParameter(keyword) }
        return String(decoding: value, as: UTF8.self)
    }
}

extension MailParameters {
    mutating func take(_ parameter: Parameter) throws(MalformedCommand) {
        switch parameter.keyword {
        case "SIZE": size = try parameter.known(parameter.value.flatMap(ASCII.number))
        case "BODY": body = try parameter.known(Self.bodyTypes[parameter.keywordValue])
        case "SMTPUTF8":
            guard parameter.value == nil else { throw .badParameter(parameter.keyword) }
            smtpUTF8 = true
        case "RET": ret = try parameter.known(Self.returnContents[parameter.keywordValue])
        case "ENVID": envid = try parameter.xtext(limit: Limits.envelopeIDByteCount)
        case "AUTH": auth = try parameter.xtext(limit: Limits.authorizationByteCount)
        default: throw .unknownParameter(parameter.keyword)
        }
    }

    private static let bodyTypes: [String: BodyType] = [
        "7BIT": .sevenBit, "8BITMIME": .eightBitMIME, "BINARYMIME": .binaryMIME,
    ]
    private static let returnContents: [String: ReturnContent] = ["FULL": .full, "HDRS": .headers]
}

extension RcptParameters {
    mutating func take(_ parameter: Parameter) throws(MalformedCommand) {
        switch parameter.keyword {
        case "NOTIFY": notify = try Self.conditions(parameter)
        case "ORCPT": orcpt = try Self.originalRecipient(parameter)
        default: throw .unknownParameter(parameter.keyword)
        }
    }

    /// `NEVER` alone or a list of the others.
    private static func conditions(_ parameter: Parameter) throws(MalformedCommand) -> NotifyConditions {
        var conditions: NotifyConditions = []
        for word in parameter.keywordValue.split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "NEVER": conditions.insert(.never)
            case "SUCCESS": conditions.insert(.success)
            case "FAILURE": conditions.insert(.failure)
            case "DELAY": conditions.insert(.delay)
            default: throw .badParameter(parameter.keyword)
            }
        }
        guard !conditions.contains(.never) || conditions == .never else {
            throw .badParameter(parameter.keyword)
        }
        return conditions
    }

    /// `rfc822;xtext`.
    private static func originalRecipient(_ parameter: Parameter) throws(MalformedCommand) -> String {
        guard let value = parameter.value, value.count <= Limits.originalRecipientByteCount,
            let semicolon = value.firstIndex(of: ASCII.semicolon), semicolon > value.startIndex,
            value[..<semicolon].allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen }),
            Xtext.isWellFormed(value[(semicolon + 1)...])
        else { throw .badParameter(parameter.keyword) }
        return String(decoding: value, as: UTF8.self)
    }
}
