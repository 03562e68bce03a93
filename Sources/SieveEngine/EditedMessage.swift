import MailContent
import MailSyntax

/// A message that was edited behind its header, in terms of the one that came.
struct EditedMessage: Sendable {
    /// The message that came.
    let original: SieveMessage
    /// The whole of what it has become.
    let pieces: [Piece]
    /// How often it was edited.
    let editCount: Int
}

/// A message on its way, as pieces of the one that came; nil: as received.
struct OutgoingPieces: Hashable, Sendable {
    /// Up to the empty line.
    var header: [Piece]?
    /// From the empty line on.
    var body: [Piece]?

    /// As received.
    static let untouched = OutgoingPieces()
}

extension SieveRun {
    /// The message as an action of this kind sends it on.
    func outgoing(for kind: SieveAction.Kind) -> OutgoingPieces {
        guard kind.sends else { return .untouched }
        // What is redirected goes as it would without an envelope around it (RFC 5703 section 6).
        if case .redirect = kind { return outgoing }
        return enclosures.reduce(outgoing) { $1.around($0, of: edited?.original ?? message) }
    }

    /// The message with all edits.
    private var outgoing: OutgoingPieces {
        let headerPieces = header.pieces(over: message.head)
        guard let edited else { return OutgoingPieces(header: headerPieces) }
        let end = message.header.byteCount
        let own = headerPieces ?? [.original(0..<end)]
        return OutgoingPieces(
            header: own.over(edited.pieces), body: edited.pieces.slice(end..<message.byteCount))
    }

    /// The message as programs and edits see it: the header edits are in it.
    mutating func settle() throws(SieveFault) {
        guard let pieces = header.pieces(over: message.head) else { return }
        try rewrite(pieces + [.original(message.header.byteCount..<message.byteCount)])
    }

    /// The message becomes these pieces of itself; header edits have been settled.
    mutating func rewrite(_ pieces: [Piece]) throws(SieveFault) {
        let count = (edited?.editCount ?? 0) + 1
        guard count <= Limits.bodyEditCount else {
            throw .tooMany("edits", limit: Limits.bodyEditCount)
        }
        let original = edited?.original ?? message
        let whole = edited.map { pieces.over($0.pieces) } ?? pieces
        edited = EditedMessage(original: original, pieces: whole, editCount: count)
        message = original.edited(whole)
        try spend(message.head.count)
        header = EditedHeader(message.fields, addedCount: header.addedCount)
    }
}

extension SieveMessage {
    /// The message that these pieces of this one make.
    fileprivate func edited(_ pieces: [Piece]) -> SieveMessage {
        let source = content
        let read = { @Sendable (range: Range<Int>) -> [UInt8] in
            pieces.slice(range).flatMap { piece in
                switch piece {
                case .added(let bytes): bytes
                case .original(let range): source?.read(range) ?? []
                }
            }
        }
        let byteCount = pieces.byteCount
        var headCount = min(byteCount, head.count + Limits.windowByteCount)
        // The header ends where it would in the whole message, or more of that is needed.
        while headCount < byteCount, HeaderBlock(read(0..<headCount)).bodyOffset >= headCount - 2 {
            headCount = min(byteCount, headCount * 2)
        }
        return SieveMessage(
            head: read(0..<headCount), byteCount: byteCount,
            content: SieveContent(byteCount: byteCount, read: read))
    }
}
