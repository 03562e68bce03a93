/// The keys of a test that looks into the texts of a message.
enum BodyKeys: Sendable {
    /// Each text is read once for these keys and for those of other tests.
    case shared(SharedKeys)
    /// Each text is compared with the keys of this test.
    case own(Keys)

    /// Whether it fits that there is no text.
    func matchNone(in run: inout SieveRun) throws(SieveFault) -> Bool {
        switch self {
        case .shared: false
        case .own(let keys): try keys.match([], in: &run)
        }
    }

    /// Whether any text fits.
    func match(
        _ texts: [BodyText], of content: inout SieveContent, in run: inout SieveRun
    ) throws(SieveFault) -> Bool {
        switch self {
        case .shared(let keys): return try content.contains(keys, in: texts, &run)
        case .own(let keys):
            var values: [[UInt8]] = []
            for text in texts { values.append(try content.bytes(of: text, &run)) }
            return try keys.match(values, in: &run)
        }
    }
}
