/// Turns what a local program writes into the lines of mail: each ends in CRLF, and no CR or LF stands anywhere else.
///
/// A line may come with LF or CRLF, or with more CRs than one. A CR elsewhere is a blank in the header, where a line end
/// would make one field into two, and a line end in the body, where progress bars have it. A line `From …` of a
/// mailbox file in front of the message is dropped. Unless told otherwise a line of one dot ends the message.
struct MessageInput {
    /// The message so far.
    private(set) var message: [UInt8] = []
    /// The line of one dot was read; nothing behind it counts.
    private(set) var isEnded = false
    private let endsAtDot: Bool
    private var isFirstLine = true
    private var isInHeader = true
    /// The beginning of a line whose end has not come.
    private var pending: [UInt8] = []

    init(endsAtDot: Bool) { self.endsAtDot = endsAtDot }

    /// Takes the next bytes.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !isEnded, let feed = rest.firstIndex(of: Self.lineFeed) {
            pending += rest[..<feed]
            takeLine()
            rest = rest[(feed + 1)...]
        }
        if !isEnded { pending += rest }
    }

    /// There is nothing more: a last line without an end gets one.
    mutating func finish() { if !isEnded, !pending.isEmpty { takeLine() } }

    /// How much it is by now.
    var byteCount: Int { message.count + pending.count }

    private mutating func takeLine() {
        while pending.last == Self.carriageReturn { pending.removeLast() }
        defer {
            pending.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        if isFirstLine, isMailboxSeparator { return }
        if endsAtDot, pending == [UInt8(ascii: ".")] {
            isEnded = true
            return
        }
        if pending.isEmpty { isInHeader = false }
        if pending.contains(Self.carriageReturn) { appendMended() } else { message += pending }
        message += Self.lineEnd
    }

    private var isMailboxSeparator: Bool {
        pending.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8)
    }

    private mutating func appendMended() {
        for byte in pending {
            if byte != Self.carriageReturn {
                message.append(byte)
            } else {
                message += isInHeader ? [UInt8(ascii: " ")] : Self.lineEnd
            }
        }
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineEnd = [carriageReturn, lineFeed]
}
