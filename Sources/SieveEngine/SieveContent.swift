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
    let read: @Sendable (Range<Int>) -> [UInt8]
    private var known: MIMEStructure?
    /// Decoded parts by number and form.
    private var parts: [Key: [UInt8]] = [:]
    private var decodedByteCount = 0
    private var listings: [Int: AttachmentListing] = [:]
    /// What a person reads; most tests look there.
    var readable: [BodyText]?
    /// Of multiparts by number: what stands around their parts.
    var surroundings: [Int: [BodyText]] = [:]
    /// How far the texts were searched, and what was found in them.
    var scans = BodyScans()

    /// A message of so many bytes, of which `read` gives any stretch.
    public init(byteCount: Int, read: @escaping @Sendable (Range<Int>) -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    /// Bytes in memory.
    init(_ bytes: [UInt8]) { self.init(byteCount: bytes.count) { Array(bytes[$0]) } }

    /// The parts of the message; the first is the message itself.
    mutating func structure(_ run: inout SieveRun) throws(SieveFault) -> MIMEStructure {
        if let known { return known }
        try run.spend(byteCount * WorkCost.structure)
        var scanner = MIMEScanner()
        forEachWindow(of: 0..<byteCount) { scanner.take($0[...]) }
        let structure = scanner.finish()
        // What is not looked at would pass every rule.
        if let excess = structure.excess {
            throw .unfit("the message has more \(excess.rawValue) than are looked at")
        }
        known = structure
        return structure
    }

    /// A part's content, decoded.
    mutating func content(
        of number: Int, as form: Form, _ run: inout SieveRun
    ) throws(SieveFault) -> [UInt8] {
        let key = Key(part: number, form: form)
        if let known = parts[key] { return known }
        let part = try structure(&run).parts[number]
        guard part.body.count <= Limits.decodedByteCount - decodedByteCount else { throw .partTooLong }
        try run.spend(part.body.count * WorkCost.decoding)
        var reader = PartReader(part, as: form == .text ? .text : .utf8)
        var content: [UInt8] = []
        forEachWindow(of: part.body) { reader.take($0[...], into: &content) }
        reader.finish(into: &content)
        decodedByteCount += content.count
        parts[key] = content
        return content
    }

    /// What an attachment is, and what is in it.
    mutating func listing(of number: Int, _ run: inout SieveRun) throws(SieveFault) -> AttachmentListing {
        if let known = listings[number] { return known }
        let part = try structure(&run).parts[number]
        try run.spend(part.body.count * WorkCost.decoding)
        var reader = PartReader(part, as: .content)
        var scan = AttachmentScan()
        var content: [UInt8] = []
        forEachWindow(of: part.body) {
            reader.take($0[...], into: &content)
            scan.take(content[...])
            content.removeAll(keepingCapacity: true)
        }
        reader.finish(into: &content)
        scan.take(content[...])
        let listing = scan.finish()
        guard !listing.isCut else { throw .unfit("an archive holds more than is looked at") }
        try run.spend(listing.members.reduce(0) { $0 + $1.byteCount } * WorkCost.decoding)
        listings[number] = listing
        return listing
    }

    /// Bytes of the message as on the wire.
    func bytes(_ range: Range<Int>, _ run: inout SieveRun) throws(SieveFault) -> [UInt8] {
        guard range.count <= Limits.decodedByteCount else { throw .partTooLong }
        try run.spend(range.count)
        return read(range)
    }

    func forEachWindow(of range: Range<Int>, _ take: ([UInt8]) -> Void) {
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
