import MailSyntax

/// `redirect [":copy"] [":notify" <when>] [":ret" <what>] (<address> / ":list" <list>)` (RFC 5228 section 4.2, RFC 3894,
/// RFC 6009, RFC 6134 section 2.3).
struct RedirectAction: Action, Readable {
    static let name = "redirect"
    static let capability: Capability? = nil

    private enum Target: Sendable {
        case address(AddressString)
        /// All addresses of a list.
        case list(ScriptString)
    }

    private let target: Target
    private let isCopy: Bool
    private let notify: NotifyConditions?
    private let returnContent: ReturnContent?

    init?(_ arguments: inout Arguments) {
        isCopy = arguments.copyTag()
        notify = arguments.notifyTag()
        returnContent = arguments.returnTag()
        if let list = arguments.listTag() {
            target = .list(list)
        } else {
            guard let address = AddressString(&arguments, "an address") else { return nil }
            target = .address(address)
        }
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        for address in try addresses(in: run) {
            var redirection = SieveRedirection(address, isCopy: isCopy)
            redirection.notify = notify
            redirection.returnContent = returnContent
            try run.add(.redirect(redirection), rule: rule)
        }
    }

    private func addresses(in run: SieveRun) throws(SieveFault) -> [Address] {
        let list: ScriptString
        switch target {
        case .address(let string): return [try string.address(in: run)]
        case .list(let string): list = string
        }
        let name = run.text(list)
        guard let texts = run.context.lists[name]?.texts else { throw .unfit("unknown list \"\(name)\"") }
        guard texts.count <= Limits.listRecipientCount else {
            throw .unfit("list \"\(name)\" has more than \(Limits.listRecipientCount) entries")
        }
        var addresses: [Address] = []
        for text in texts { addresses.append(try AddressString.address(of: Array(text.utf8))) }
        return addresses
    }
}

extension Arguments {
    /// `:copy`, which leaves the implicit keep alone.
    mutating func copyTag() -> Bool {
        guard let place = tag("copy") else { return false }
        compilation.demand(.copy, for: "\":copy\"", at: place)
        return true
    }

    /// `:list "partners"`
    fileprivate mutating func listTag() -> ScriptString? {
        guard let place = tag("list") else { return nil }
        compilation.demand(.extlists, for: "\":list\"", at: place)
        guard let name = string("the name of a list") else { return nil }
        if let constant = name.constant {
            checkList(String(decoding: constant, as: UTF8.self), at: name.place)
        }
        return name
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
