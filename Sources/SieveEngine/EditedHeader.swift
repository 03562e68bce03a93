import MailSyntax

/// A header field as it came or as a script added it.
struct HeaderField: Sendable {
    enum Origin: Sendable {
        /// Places in the message as received: the whole field, and its value.
        case original(Range<Int>, value: Range<Int>)
        /// The field as it goes out.
        case added([UInt8])
    }

    /// The name in lower case.
    let key: String
    let origin: Origin

    init(_ field: HeaderBlock.Field, in head: [UInt8]) {
        let start = field.range.lowerBound
        key = ASCII.lowercased(head[start..<(start + field.name.utf8.count)])
        origin = .original(field.range, value: field.valueRange)
    }

    init(adding name: String, value: String) {
        key = ASCII.lowercased(Array(name.utf8)[...])
        origin = .added(HeaderComposer.field(name, value))
    }

    /// What stands behind the colon, as on the wire, in the message that begins with `head`.
    func value(in head: [UInt8]) -> ArraySlice<UInt8> {
        switch origin {
        case .original(_, let range): head[range]
        case .added(let bytes): bytes.dropFirst(key.utf8.count + 1)
        }
    }

    var byteCount: Int {
        switch origin {
        case .original(let range, _): range.count
        case .added(let bytes): bytes.count
        }
    }
}

/// A message's header with the changes that scripts made so far (RFC 5293).
struct EditedHeader: Sendable {
    private(set) var fields: [HeaderField]
    /// How much longer the message became.
    private(set) var byteCountChange = 0
    private(set) var addedCount: Int
    private var isChanged = false

    /// A header as it is; `addedCount` fields of it were added before.
    init(_ fields: [HeaderField], addedCount: Int = 0) {
        self.fields = fields
        self.addedCount = addedCount
    }

    mutating func add(_ field: HeaderField, last isLast: Bool) {
        fields.insert(field, at: isLast ? fields.endIndex : 0)
        byteCountChange += field.byteCount
        addedCount += 1
        isChanged = true
    }

    /// Removes the fields at these places.
    mutating func remove(_ places: Set<Int>) {
        guard !places.isEmpty else { return }
        byteCountChange -= places.reduce(0) { $0 + fields[$1].byteCount }
        fields = fields.indices.filter { !places.contains($0) }.map { fields[$0] }
        isChanged = true
    }

    /// The header up to its empty line; nil: it is as it came.
    func pieces(over head: [UInt8]) -> [Piece]? {
        guard isChanged else { return nil }
        var pieces: [Piece] = []
        for field in fields {
            switch field.origin {
            case .added(let bytes): pieces.append(.added(bytes))
            case .original(let range, _): pieces.append(original: range)
            }
            // Only the last field of a message without a body can lack its line end.
            if case .original(let range, _) = field.origin, head[range].last != ASCII.lineFeed {
                pieces.append(.added([ASCII.carriageReturn, ASCII.lineFeed]))
            }
        }
        return pieces
    }
}

extension [Piece] {
    /// Neighbours in the message stay in one piece.
    fileprivate mutating func append(original range: Range<Int>) {
        if case .original(let before) = last, before.upperBound == range.lowerBound {
            self[count - 1] = .original(before.lowerBound..<range.upperBound)
        } else {
            append(.original(range))
        }
    }
}
