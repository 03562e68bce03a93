import MailSyntax

/// Reads SHARE and STATE records. Bytes behind the known fields are left to later versions.
enum ShareDecoder {
    static func share(
        _ payload: ArraySlice<UInt8>, at offset: Int, messageByteCount: Int
    ) throws(FormatError) -> Share {
        var reader = ByteReader(payload)
        let addedByteCount = try reader.count(limit: Limits.addedByteCount, "added text")
        let added = offset + 4..<offset + 4 + addedByteCount
        _ = try reader.bytes(addedByteCount)
        let number = try reader.count(limit: Limits.shareCount, "a share's number")
        guard number > 0 else { throw .inconsistent("a share's number") }
        let stream = try reader.whole()
        let standing = try standing(&reader)
        let nextAttemptAt = try reader.timestamp()
        let rule = try reader.optionalText()
        var recipients: [ShareRecipient] = []
        for _ in 0..<(try reader.count(limit: Limits.recipientCount, "the number of recipients")) {
            let recipient = try reader.recipient()
            recipients.append(ShareRecipient(recipient, redirectedFrom: try reader.optionalAddress()))
        }
        let pieces =
            try reader.bool() ? try pieces(&reader, message: 0..<messageByteCount, added: added) : nil
        let returnContent = reader.isAtEnd ? nil : try reader.returnContent()
        return Share(
            number: number, recipients: recipients, stream: stream, standing: standing, attemptCount: 0,
            nextAttemptAt: nextAttemptAt, lastReply: "", isWarned: false, pieces: pieces, rule: rule,
            returnContent: returnContent)
    }

    static func apply(_ payload: ArraySlice<UInt8>, to share: inout Share) throws(FormatError) {
        var reader = ByteReader(payload)
        _ = try reader.uint32()
        share.stream = try reader.whole()
        share.standing = try standing(&reader)
        share.attemptCount = Int(try reader.uint32())
        share.nextAttemptAt = try reader.timestamp()
        share.lastReply = try reader.text()
        share.isWarned = try reader.bool()
        guard Int(try reader.uint32()) == share.recipients.count else {
            throw .inconsistent("the number of a share's recipients")
        }
        for place in share.recipients.indices {
            guard let status = RecipientStatus(rawValue: try reader.uint8()) else {
                throw .inconsistent("what became of a recipient")
            }
            share.recipients[place].status = status
            share.recipients[place].reply = try reader.text()
        }
        // A record of an early version ends here.
        guard !reader.isAtEnd else { return }
        share.heldFor = .milliseconds(min(Int64(try reader.offset()), Limits.times.upperBound))
    }

    private static func pieces(
        _ reader: inout ByteReader, message: Range<Int>, added: Range<Int>
    ) throws(FormatError) -> [StoredPiece] {
        var pieces: [StoredPiece] = []
        var byteCount = 0
        for _ in 0..<(try reader.count(limit: Limits.pieceCount, "the number of edits")) {
            let isOriginal = try reader.bool()
            let (start, count) = (try reader.offset(), try reader.offset())
            let whole = isOriginal ? message : added
            guard start >= whole.lowerBound, start <= whole.upperBound, count <= whole.upperBound - start
            else {
                throw .inconsistent("the place of an edit")
            }
            pieces.append(StoredPiece(isOriginal: isOriginal, range: start..<start + count))
            let (sum, isBeyond) = byteCount.addingReportingOverflow(count)
            guard !isBeyond else { throw .tooLarge("the edited message") }
            byteCount = sum
        }
        return pieces
    }

    private static func standing(_ reader: inout ByteReader) throws(FormatError) -> Standing {
        let kind = try reader.uint8()
        switch kind {
        case 0: return .waiting
        case 1, 3:
            let reason = try reader.text()
            let (tag, rule) = (try reader.optionalText(), try reader.optionalText())
            let heldAt = try reader.timestamp()
            let end = kind == 3 ? try reader.timestamp() : nil
            return .held(Hold(reason: reason, tag: tag, rule: rule, heldAt: heldAt, endsAt: end))
        case 2: return .ended
        default: throw .inconsistent("where a share stands")
        }
    }
}

/// Reads the parts of the ENVELOPE record.
enum EnvelopeDecoder {
    static func origin(_ reader: inout ByteReader) throws(FormatError) -> Origin {
        let (client, heloName, listener) = (try reader.text(), try reader.text(), try reader.text())
        let (user, tls) = (try reader.optionalText(), try reader.optionalText())
        let protocolName = try reader.text()
        return Origin(
            client: client, heloName: heloName, listener: listener, user: user, tls: tls,
            protocolName: protocolName, receivedAt: try reader.timestamp())
    }

    static func envelope(_ reader: inout ByteReader) throws(FormatError) -> Envelope {
        let sender = try reader.optionalAddress()
        guard let body = BodyType(rawValue: try reader.uint8()) else { throw .inconsistent("BODY") }
        let isSMTPUTF8 = try reader.bool()
        let returnContent = try reader.returnContent()
        let envelopeID = try reader.bool() ? try reader.whole() : nil
        var recipients: [Recipient] = []
        for _ in 0..<(try reader.count(limit: Limits.recipientCount, "the number of recipients")) {
            recipients.append(try reader.recipient())
        }
        return Envelope(
            sender: sender, recipients: recipients, body: body, isSMTPUTF8: isSMTPUTF8,
            returnContent: returnContent, envelopeID: envelopeID)
    }
}

extension ByteReader {
    /// RET; 0 is none.
    fileprivate mutating func returnContent() throws(FormatError) -> ReturnContent? {
        let number = try uint8()
        let content = ReturnContent(rawValue: number)
        guard number == 0 || content != nil else { throw .inconsistent("RET") }
        return content
    }
}
