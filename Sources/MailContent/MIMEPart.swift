package import MailSyntax

/// One part of a message: where it stands, and what its header says of it (RFC 2045).
package struct MIMEPart: Sendable {
    /// The header fields, the empty line behind them left out; places in the message.
    package let header: Range<Int>
    /// The content as on the wire; the line end before a boundary belongs to the boundary.
    package internal(set) var body: Range<Int>
    /// The header's bytes; the ranges of `fields` are places in here.
    package let headerBytes: [UInt8]
    /// The header's fields.
    package let fields: HeaderBlock
    /// Content-Type, or what stands in for a missing or broken one.
    package let type: ContentType
    /// How the content is encoded for transfer.
    package let encoding: TransferEncoding
    /// The part that this one is in; nil for the message itself.
    package let parent: Int?
    /// The parts right within this one.
    package internal(set) var children: [Int] = []
    /// How many parts this one is in.
    package let depth: Int
    /// Its content was read as parts: it is a multipart with a boundary, or a message.
    package internal(set) var isContainer = false

    /// Header and content; places in the message.
    package var range: Range<Int> { header.lowerBound..<body.upperBound }

    /// A field's value as on the wire.
    package func value(of field: HeaderBlock.Field) -> ArraySlice<UInt8> { headerBytes[field.valueRange] }

    /// Content-Disposition, if there is a readable one (RFC 2183).
    package var disposition: ContentDisposition? {
        fields.first(named: "Content-Disposition").flatMap { ContentDisposition(value(of: $0)) }
    }

    /// All names that a reader may show for the part, decoded: `filename` of Content-Disposition first,
    /// then `name` of Content-Type; more than one if the header is contradictory.
    package var names: [String] {
        let given =
            (disposition?.parameters.all(named: "filename") ?? []) + type.parameters.all(named: "name")
        let decoded = given.map { String(decoding: EncodedWord.decode($0), as: UTF8.self) }
        return decoded.reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }
}

/// The parts of a message in their order; the first is the message itself.
package struct MIMEStructure: Sendable {
    /// A bound that the message went over; what lies behind it was not looked at as parts.
    package enum Excess: String, Sendable {
        case parts = "parts"
        case depth = "parts within parts"
        case header = "bytes in headers of parts"
    }

    /// Never empty; a part stands before the parts in it.
    package let parts: [MIMEPart]
    /// nil: the whole message was read.
    package let excess: Excess?

    /// The message itself.
    package var root: MIMEPart { parts[0] }

    /// The structure of a message that is in memory.
    package init(of message: ArraySlice<UInt8>) {
        var scanner = MIMEScanner()
        scanner.take(message)
        self = scanner.finish()
    }

    init(parts: [MIMEPart], excess: Excess?) {
        precondition(!parts.isEmpty, "a message is a part itself")
        self.parts = parts
        self.excess = excess
    }
}
