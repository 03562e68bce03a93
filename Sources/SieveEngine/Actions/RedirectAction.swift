import MailSyntax

/// `redirect [":copy"] [":notify" <when>] [":ret" <what>] <address>` (RFC 5228 section 4.2, RFC 3894, RFC 6009).
struct RedirectAction: Action, Readable {
    static let name = "redirect"
    static let capability: Capability? = nil

    private let address: AddressString
    private let isCopy: Bool
    private let notify: NotifyConditions?
    private let returnContent: ReturnContent?

    init?(_ arguments: inout Arguments) {
        isCopy = arguments.copyTag()
        notify = arguments.notifyTag()
        returnContent = arguments.returnTag()
        guard let address = AddressString(&arguments, "an address") else { return nil }
        self.address = address
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        var redirection = SieveRedirection(try address.address(in: run), isCopy: isCopy)
        redirection.notify = notify
        redirection.returnContent = returnContent
        try run.add(.redirect(redirection), rule: rule)
    }
}

extension Arguments {
    /// `:copy`, which leaves the implicit keep alone.
    mutating func copyTag() -> Bool {
        guard let place = tag("copy") else { return false }
        compilation.demand(.copy, for: "\":copy\"", at: place)
        return true
    }

    /// `:notify "FAILURE,DELAY"`
    fileprivate mutating func notifyTag() -> NotifyConditions? {
        guard let place = place(ofTag: "notify") else { return nil }
        compilation.demand(.redirectDSN, for: "\":notify\"", at: place)
        guard let text = taggedConstant("notify") else { return nil }
        var conditions: NotifyConditions = []
        for word in text.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            switch ASCII.lowercased(word) {
            case "never": conditions.insert(.never)
            case "success": conditions.insert(.success)
            case "failure": conditions.insert(.failure)
            case "delay": conditions.insert(.delay)
            default: error("unknown condition \"\(String(decoding: word, as: UTF8.self))\"", at: text.place)
            }
        }
        if conditions.contains(.never), conditions != .never {
            error("\"NEVER\" stands alone", at: text.place)
        }
        return conditions
    }

    /// `:ret "HDRS"`
    fileprivate mutating func returnTag() -> ReturnContent? {
        guard let place = place(ofTag: "ret") else { return nil }
        compilation.demand(.redirectDSN, for: "\":ret\"", at: place)
        guard let text = taggedConstant("ret") else { return nil }
        switch ASCII.lowercased(text.bytes[...]) {
        case "full": return .full
        case "hdrs": return .headers
        default:
            error("\":ret\" takes FULL or HDRS", at: text.place)
            return nil
        }
    }
}
