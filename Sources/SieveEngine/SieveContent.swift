import MailContent

/// A message behind its header: read, taken apart and decoded when a script first asks, and then kept. A host that
/// judges for several recipients hands the message of one run to the next.
public struct SieveContent: Sendable {
    private struct Key: Hashable {
        let part: Int
        let form: Form
    }

    /// In what form a part is wanted.
    enum Form: Hashable {
        /// Without transfer encoding, text as UTF-8.
        case content
        /// The same as a person reads it: without the tags of HTML.
        case text
    }

    /// The whole message, in bytes.
    let byteCount: Int
    private let read: @Sendable (Range<Int>) -> [UInt8]
    private var known: MIMEStructure?
    /// Decoded parts by number and form.
    private var parts: [Key: [UInt8]] = [:]

    /// A message of so many bytes, of which `read` gives any stretch.
    public init(byteCount: Int, read: @escaping @Sendable (Range<Int>) -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    /// The parts of the message; the first is the message itself.
    mutating func structure() -> MIMEStructure {
        if let known { return known }
        var scanner = MIMEScanner()
        forEachWindow(of: 0..<byteCount) { scanner.take($0[...]) }
        let structure = scanner.finish()
        known = structure
        return structure
    }

    /// A part's content, decoded.
    mutating func content(of number: Int, as form: Form) throws(SieveFault) -> [UInt8] {
        let key = Key(part: number, form: form)
        if let known = parts[key] { return known }
        let part = structure().parts[number]
        guard part.body.count <= Limits.decodedByteCount else { throw .partTooLong }
        var reader = PartReader(part, as: form == .text ? .text : .utf8)
        var content: [UInt8] = []
        forEachWindow(of: part.body) { reader.take($0[...], into: &content) }
        reader.finish(into: &content)
        parts[key] = content
        return content
    }

    /// Bytes of the message as on the wire.
    func bytes(_ range: Range<Int>) throws(SieveFault) -> [UInt8] {
        guard range.count <= Limits.decodedByteCount else { throw .partTooLong }
        return read(range)
    }

    private func forEachWindow(of range: Range<Int>, _ take: ([UInt8]) -> Void) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Limits.windowByteCount) {
            take(read(start..<min(start + Limits.windowByteCount, range.upperBound)))
        }
    }
}

extension MIMEStructure {
    /// The parts inside a part, at any depth, in their order.
    func descendants(of number: Int) -> [Int] {
        parts[number].children.flatMap { [$0] + descendants(of: $0) }
    }
}
