/// `size <":over" / ":under"> <limit>`: the message with its header edits (RFC 5228 section 5.9).
struct SizeTest: Condition, Readable {
    static let name = "size"
    static let capability: Capability? = nil

    private enum Side: String, CaseIterable {
        case over
        case under
    }

    private let side: Side
    private let limit: Int

    init?(_ arguments: inout Arguments) {
        let side = arguments.choice(Side.self)
        if side == nil {
            let node = arguments.node
            arguments.error("\"size\" needs \":over\" or \":under\"", at: node.place)
        }
        guard let limit = arguments.number("a limit"), let side else { return nil }
        self.side = side
        self.limit = limit
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        let byteCount = run.message.byteCount + run.header.byteCountChange
        return switch side {
        case .over: byteCount > limit
        case .under: byteCount < limit
        }
    }
}
