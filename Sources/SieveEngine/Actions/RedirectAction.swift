import MailSyntax

/// `redirect [":copy"] <address>` (RFC 5228 section 4.2, RFC 3894).
struct RedirectAction: Action {
    static let name = "redirect"
    static let capability: Capability? = nil

    private let address: Address
    private let isCopy: Bool

    init?(_ arguments: inout Arguments) {
        let copy = arguments.copyTag()
        isCopy = copy
        guard let text = arguments.string("an address") else { return nil }
        guard let address = Address(text.string), !address.domain.isEmpty else {
            let reason = "\"\(text.string)\" is no address of the form local@domain"
            arguments.diagnostics.error(reason, at: text.place)
            return nil
        }
        self.address = address
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        try run.add(.redirect(address, isCopy: isCopy), rule: rule)
    }
}

extension Arguments {
    /// `:copy`, which leaves the implicit keep alone.
    mutating func copyTag() -> Bool {
        guard let place = tag("copy") else { return false }
        if !capabilities.contains(.copy) {
            diagnostics.error("\":copy\" needs require \"copy\"", at: place)
        }
        return true
    }
}
