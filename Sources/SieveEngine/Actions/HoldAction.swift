import MailSyntax

/// `hold [":for" <time>] [":tag" <tag>] [":notify" <address>] <reason>`: the message waits until a person releases or
/// drops it, or the time is over. Cancels the implicit keep.
struct HoldAction: Action, Readable {
    static let name = "hold"
    static let capability: Capability? = .hold

    private let reason: Reason
    private let tag: ScriptString?
    private let seconds: Int?
    private let notify: AddressString?

    init?(_ arguments: inout Arguments) {
        tag = arguments.taggedString("tag")
        notify = arguments.taggedString("notify").flatMap { AddressString($0, &arguments) }
        seconds = Self.seconds(&arguments)
        guard let reason = Reason(&arguments) else { return nil }
        self.reason = reason
    }

    /// `2d`, `12h`, `30m`, `90s`
    private static func seconds(_ arguments: inout Arguments) -> Int? {
        guard let text = arguments.taggedConstant("for") else { return nil }
        let units: [UInt8: Int] = [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86_400,
        ]
        let digits = text.bytes.dropLast()
        guard let unit = text.bytes.last.flatMap({ units[$0] }), let number = Int(text.string.dropLast()),
            digits.allSatisfy(ASCII.isDigit), number > 0, number <= Limits.holdSeconds / unit
        else {
            arguments.error("a time has the form 2d, 12h, 30m or 90s, up to 366d", at: text.place)
            return nil
        }
        return number * unit
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        let hold = SieveHold(
            reason: reason.text(in: run), tag: tag.map { run.text($0) },
            seconds: seconds, notify: try notify?.address(in: run))
        try run.add(.hold(hold), rule: rule)
    }
}
