import MailSyntax

/// Writes the records of an entry.
enum EntryEncoder {
    /// The message as a draft leaves it.
    struct Message {
        /// Its last bytes, from `offset` on; what is before them is in the file.
        var rest: [UInt8]
        var offset: Int
        var checksum: UInt32
        var byteCount: Int { offset + rest.count }
    }

    /// The rest of the message, all records and the footer: one write. Also says how the shares stand.
    static func encode(
        _ entry: NewEntry, id: QueueID, message: Message
    ) throws(SpoolError) -> (bytes: [UInt8], shares: [Share]) {
        try check(entry, messageByteCount: message.byteCount)
        var records = RecordWriter(behind: message.rest, at: message.offset, id: id, newest: nil)
        try records.record(RecordKind.envelope) { writer in
            writer.uint64(UInt64(message.byteCount))
            writer.uint32(message.checksum)
            writer.optional(entry.parent) { $0.uint64($1.rawValue) }
            writer.text(entry.messageID)
            write(entry.origin, to: &writer)
            write(entry.envelope, to: &writer)
        }
        var shares: [Share] = []
        for (index, share) in entry.shares.enumerated() {
            let pieces = share.pieces.map { place($0, addedAt: records.offset + RecordHead.byteCount + 4) }
            let stored = Share(
                number: index + 1, recipients: share.recipients, stream: share.stream,
                standing: share.hold.map(Standing.held) ?? .waiting, attemptCount: 0,
                nextAttemptAt: entry.origin.receivedAt, lastReply: "", isWarned: false,
                pieces: pieces?.stored, rule: share.rule, returnContent: share.returnContent)
            try records.record(RecordKind.share) { write(stored, added: pieces?.added ?? [], to: &$0) }
            shares.append(stored)
        }
        try records.record(RecordKind.end) { $0.uint32(UInt32(shares.count)) }
        records.footer(messageByteCount: message.byteCount)
        return (records.writer.bytes, shares)
    }

    /// For each of the shares a record of all of it that changes, and a footer; to be appended at `offset`.
    static func encode(
        states shares: [Share], id: QueueID, at offset: Int, previous: RecordLink, messageByteCount: Int
    ) throws(SpoolError) -> [UInt8] {
        var records = RecordWriter(behind: [], at: offset, id: id, newest: previous)
        for share in shares {
            try check(text: share.stream)
            try records.record(RecordKind.state) { write(state: share, to: &$0) }
        }
        records.footer(messageByteCount: messageByteCount)
        return records.writer.bytes
    }

    private static func write(state share: Share, to writer: inout ByteWriter) {
        writer.uint32(UInt32(share.number))
        writer.whole(share.stream)
        write(share.standing, to: &writer)
        writer.uint32(UInt32(clamping: share.attemptCount))
        writer.timestamp(share.nextAttemptAt)
        writer.text(share.lastReply)
        writer.bool(share.isWarned)
        writer.uint32(UInt32(share.recipients.count))
        for recipient in share.recipients {
            writer.uint8(recipient.status.rawValue)
            writer.text(recipient.reply)
        }
        writer.uint64(UInt64(clamping: share.heldFor.wholeMilliseconds))
    }

    /// Places the pieces: bytes of the message where they are, added ones behind each other from `addedAt`.
    private static func place(
        _ pieces: [Piece], addedAt: Int
    ) -> (stored: [StoredPiece], added: [UInt8]) {
        var added: [UInt8] = []
        let stored = pieces.map { piece in
            switch piece {
            case .original(let range): return StoredPiece(isOriginal: true, range: range)
            case .added(let bytes):
                let start = addedAt + added.count
                added += bytes
                return StoredPiece(isOriginal: false, range: start..<start + bytes.count)
            }
        }
        return (stored, added)
    }

    private static func write(_ share: Share, added: [UInt8], to writer: inout ByteWriter) {
        writer.uint32(UInt32(added.count))
        writer.bytes += added
        writer.uint32(UInt32(share.number))
        writer.whole(share.stream)
        write(share.standing, to: &writer)
        writer.timestamp(share.nextAttemptAt)
        writer.text(share.rule)
        writer.uint32(UInt32(share.recipients.count))
        for recipient in share.recipients {
            writer.recipient(recipient.recipient)
            writer.optional(recipient.redirectedFrom) { $0.address($1) }
        }
        writer.optional(share.pieces) { writer, pieces in
            writer.uint32(UInt32(pieces.count))
            for piece in pieces {
                writer.bool(piece.isOriginal)
                writer.uint64(UInt64(piece.range.lowerBound))
                writer.uint64(UInt64(piece.range.count))
            }
        }
        // A share without it is written as it always was.
        if let content = share.returnContent { writer.uint8(content.rawValue) }
    }

    private static func write(_ standing: Standing, to writer: inout ByteWriter) {
        switch standing {
        case .waiting: writer.uint8(0)
        case .held(let hold):
            // A hold without an end is written as it always was.
            writer.uint8(hold.endsAt == nil ? 1 : 3)
            writer.text(hold.reason)
            writer.text(hold.tag)
            writer.text(hold.rule)
            writer.timestamp(hold.heldAt)
            if let end = hold.endsAt { writer.timestamp(end) }
        case .ended: writer.uint8(2)
        }
    }

    private static func write(_ origin: Origin, to writer: inout ByteWriter) {
        writer.text(origin.client)
        writer.text(origin.heloName)
        writer.text(origin.listener)
        writer.text(origin.user)
        writer.text(origin.tls)
        writer.text(origin.protocolName)
        writer.timestamp(origin.receivedAt)
    }

    private static func write(_ envelope: Envelope, to writer: inout ByteWriter) {
        writer.optional(envelope.sender) { $0.address($1) }
        writer.uint8(envelope.body.rawValue)
        writer.bool(envelope.isSMTPUTF8)
        writer.uint8(envelope.returnContent?.rawValue ?? 0)
        writer.optional(envelope.envelopeID) { $0.whole($1) }
        writer.uint32(UInt32(envelope.recipients.count))
        for recipient in envelope.recipients { writer.recipient(recipient) }
    }

    // MARK: What is too much

    private static func check(_ entry: NewEntry, messageByteCount: Int) throws(SpoolError) {
        precondition(!entry.shares.isEmpty, "an entry has a share")
        guard entry.shares.count <= Limits.shareCount else { throw .tooLarge("number of shares") }
        guard entry.shares.reduce(0, { $0 + $1.recipients.count }) <= Limits.recipientCount,
            entry.envelope.recipients.count <= Limits.recipientCount
        else { throw .tooLarge("number of recipients") }
        try check(entry.envelope.sender)
        try check(text: entry.envelope.envelopeID)
        for recipient in entry.envelope.recipients { try check(recipient) }
        for share in entry.shares {
            try check(text: share.stream)
            for recipient in share.recipients {
                try check(recipient.recipient)
                try check(recipient.redirectedFrom)
            }
            try check(share.pieces ?? [], messageByteCount: messageByteCount)
        }
    }

    private static func check(_ pieces: [Piece], messageByteCount: Int) throws(SpoolError) {
        guard pieces.count <= Limits.pieceCount else { throw .tooLarge("number of edits") }
        var addedByteCount = 0
        for piece in pieces {
            switch piece {
            case .added(let bytes): addedByteCount += bytes.count
            case .original(let range):
                precondition(
                    range.lowerBound >= 0 && range.upperBound <= messageByteCount,
                    "a piece lies within the message")
            }
        }
        guard addedByteCount <= Limits.addedByteCount else { throw .tooLarge("added text") }
    }

    private static func check(_ recipient: Recipient) throws(SpoolError) {
        try check(recipient.address)
        try check(text: recipient.originalRecipient)
    }

    private static func check(_ address: Address?) throws(SpoolError) {
        try check(text: address?.localPart)
        try check(text: address?.domain)
    }

    private static func check(text: String?) throws(SpoolError) {
        guard (text?.utf8.count ?? 0) <= Limits.fieldByteCount else { throw .tooLarge("a field") }
    }
}
