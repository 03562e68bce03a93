import MailContent
import MailSyntax

/// In what form tests look into the body of a message (RFC 5173 section 5).
enum BodyForm: Hashable, Sendable {
    /// As on the wire.
    case raw
    /// As a person reads it.
    case text
    /// Without transfer encoding.
    case content
}

/// A text that tests look into: where it is to be had.
enum BodyText: Hashable, Sendable {
    /// What is in the part of this number.
    case part(Int, SieveContent.Form)
    /// Bytes of the message as on the wire.
    case wire(Range<Int>)
}

extension SieveContent {
    /// The texts of all parts that a person reads.
    mutating func readableTexts(_ run: inout SieveRun) throws(SieveFault) -> [BodyText] {
        if let readable { return readable }
        let texts = try texts(of: ["text", "application/xhtml+xml"], as: .text, &run)
        readable = texts
        return texts
    }

    /// The texts of all parts of some types: `text`, `text/plain`, or empty for all.
    mutating func texts(
        of types: [String], as form: Form, _ run: inout SieveRun
    ) throws(SieveFault) -> [BodyText] {
        var texts: [BodyText] = []
        let structure = try structure(&run)
        try run.spend(structure.parts.count * types.count * WorkCost.field)
        for (number, part) in structure.parts.enumerated()
        where types.contains(where: { $0.isEmpty || $0 == part.type.type || $0 == part.type.name }) {
            if !part.isContainer {
                texts.append(.part(number, form))
            } else if part.type.isMessage {
                // Of a message inside the header alone; its parts stand for themselves.
                if let inner = part.children.first { texts.append(.wire(structure.parts[inner].header)) }
            } else {
                texts += try surroundings(of: number, in: structure, &run)
            }
        }
        return texts
    }

    /// All of a text.
    mutating func bytes(of text: BodyText, _ run: inout SieveRun) throws(SieveFault) -> [UInt8] {
        switch text {
        case .part(let number, let form): try content(of: number, as: form, &run)
        case .wire(let range): try bytes(range, &run)
        }
    }

    /// The next bytes of a text; none: that was all.
    mutating func window(
        of text: BodyText, from position: Int, _ run: inout SieveRun
    ) throws(SieveFault) -> ArraySlice<UInt8> {
        switch text {
        case .part(let number, let form):
            return try content(of: number, as: form, &run)[position...].prefix(Limits.windowByteCount)
        case .wire(let range):
            guard range.count <= Limits.decodedByteCount else { throw .partTooLong }
            let window = range.dropFirst(position).prefix(Limits.windowByteCount)
            return window.isEmpty ? [] : try bytes(window, &run)[...]
        }
    }

    /// What stands in front of the first and behind the last part of a multipart.
    private mutating func surroundings(
        of number: Int, in structure: MIMEStructure, _ run: inout SieveRun
    ) throws(SieveFault) -> [BodyText] {
        if let known = surroundings[number] { return known }
        let part = structure.parts[number]
        guard let first = part.children.first, let last = part.children.last else {
            return [.wire(part.body)]
        }
        let front = try bytes(part.body.lowerBound..<structure.parts[first].range.lowerBound, &run)
        let back = try bytes(structure.parts[last].range.upperBound..<part.body.upperBound, &run)
        // The line end in front of a delimiter is part of it (RFC 2046 section 5.1.1).
        var prologue = front.dropLast().lastIndex(of: ASCII.lineFeed).map { front[..<$0] } ?? []
        if prologue.last == ASCII.carriageReturn { prologue.removeLast() }
        let afterEnd = back.drop(while: ASCII.isLineEnd).drop { $0 != ASCII.lineFeed }.dropFirst()
        let texts: [BodyText] = [
            .wire(part.body.prefix(prologue.count)), .wire(part.body.suffix(afterEnd.count)),
        ]
        surroundings[number] = texts
        return texts
    }
}
