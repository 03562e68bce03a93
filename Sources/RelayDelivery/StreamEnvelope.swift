import MailSyntax
import RelaySettings

/// What a stream makes of a share: the envelopes under which it leaves, and the pieces its message is then made of.
struct StreamEnvelope: Sendable {
    /// One transaction to be: its envelope, and which of the share's recipients are in it.
    struct Transaction: Hashable, Sendable {
        let envelope: Envelope
        /// Places in the list of recipients that was given, in the order of the envelope.
        let recipients: [Int]
    }

    private let stream: StreamSettings
    private let hostname: String
    /// Header fields that are taken off, whoever asked for that.
    private let removals: [String]

    /// `routeHeaders` names the header fields that routes look at; they are taken off.
    init(_ stream: StreamSettings, hostname: String, routeHeaders: [String]) {
        self.stream = stream
        self.hostname = hostname
        removals = stream.headerRemovals + routeHeaders
    }

    /// The transactions for the recipients at these places of `recipients`.
    func transactions(
        _ envelope: Envelope, to recipients: [Recipient], at places: [Int], id: String, token: String
    ) -> [Transaction] {
        let limit = namesRecipient(envelope) ? 1 : max(stream.recipientsPerMessage, 1)
        return stride(from: 0, to: places.count, by: limit).map { start in
            let some = Array(places[start..<min(start + limit, places.count)])
            var outgoing = envelope
            outgoing.recipients = some.map { recipients[$0] }
            outgoing.sender = sender(of: outgoing, id: id, token: token)
            return Transaction(envelope: outgoing, recipients: some)
        }
    }

    /// Without removals the header need not be read at all.
    var needsHeader: Bool { !removals.isEmpty || stream.received == .remove }

    /// The message as it leaves: our Received and the stream's additions on top, the rest less what is removed.
    /// `header` holds at least the header of the share's message if `needsHeader`, which is `byteCount` long; to
    /// the share's message the `original` ranges refer.
    func pieces(
        header: [UInt8], byteCount: Int, origin: Origin, id: String, soleRecipient: Address?
    ) -> [Piece] {
        var top = ReceivedField.compose(
            origin: origin, hostname: hostname, id: id, recipient: soleRecipient,
            isAnonymous: stream.received != .keep)
        for addition in stream.headerAdditions { top += HeaderComposer.field(addition.name, addition.value) }
        var pieces = [Piece.added(top)]
        var start = 0
        for range in needsHeader ? removedRanges(header) : [] {
            if start < range.lowerBound { pieces.append(.original(start..<range.lowerBound)) }
            start = range.upperBound
        }
        if start < byteCount { pieces.append(.original(start..<byteCount)) }
        return pieces
    }

    private func namesRecipient(_ envelope: Envelope) -> Bool {
        envelope.sender != nil && stream.returnPath?.namesRecipient == true
    }

    private func sender(of envelope: Envelope, id: String, token: String) -> Address? {
        guard let sender = envelope.sender, let template = stream.returnPath,
            let recipient = envelope.recipients.first?.address
        else { return envelope.sender }
        return template.render(
            .init(id: id, token: token, stream: stream.name, sender: sender, recipient: recipient))
    }

    private func removedRanges(_ header: [UInt8]) -> [Range<Int>] {
        let names = Set(removals.map { $0.lowercased() })
        return HeaderBlock(header).fields.filter { field in
            let name = field.name.lowercased()
            return names.contains(name)
                || stream.received == .remove && name == "received" && !isOurMark(header[field.valueRange])
        }.map(\.range)
    }

    /// An anonymous Received field of ours: without it a loop through us would go unseen.
    private func isOurMark(_ value: ArraySlice<UInt8>) -> Bool {
        let words = HeaderBlock.unfold(value).split { $0 == " " || $0 == "\t" }
        return words.count > 1 && words[0] == "by" && words[1].lowercased() == hostname.lowercased()
    }
}
