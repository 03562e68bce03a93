/// A report to the sender of a message that failed or is late (RFC 3464), as a whole message.
///
/// Three parts: plain English for the person, fields for programs, and the message or its header.
public struct DeliveryReport: Sendable {
    /// What the report tells.
    public enum Kind: Hashable, Sendable {
        /// It will not be delivered.
        case failure
        /// It is late and will be tried again.
        case delay
    }

    /// What became of one recipient.
    public struct Fate: Hashable, Sendable {
        /// Whom the message was for.
        public var recipient: Recipient
        /// The status of class 5 or 4.
        public var status: EnhancedStatus
        /// The server that answered, or that was tried.
        public var remoteHost: String?
        /// What the server answered, as `550 5.1.1 no such user`.
        public var reply: String?
        /// A sentence for the person where there is no reply, or where the reply does not say it.
        public var reason: String?
        /// When it was last tried.
        public var lastAttemptAt: Timestamp?
        /// Until when it will be tried; of a delay.
        public var willRetryUntil: Timestamp?

        /// The fate of a recipient; what is not given is left out of the report.
        public init(
            recipient: Recipient, status: EnhancedStatus, remoteHost: String? = nil, reply: String? = nil,
            reason: String? = nil, lastAttemptAt: Timestamp? = nil, willRetryUntil: Timestamp? = nil
        ) {
            self.recipient = recipient
            self.status = status
            self.remoteHost = remoteHost
            self.reply = reply
            self.reason = reason
            self.lastAttemptAt = lastAttemptAt
            self.willRetryUntil = willRetryUntil
        }
    }

    /// What the report tells.
    public var kind: Kind
    /// Our name.
    public var hostname: String
    /// The address in From.
    public var from: Address
    /// Whom the report is for: the sender of the message.
    public var to: Address
    /// The recipients it tells of.
    public var fates: [Fate]
    /// ENVID of the message as xtext.
    public var envelopeID: String?
    /// RET of the message; without it a failure returns the message, if it is not too large.
    public var returnContent: ReturnContent?
    /// When the message came.
    public var arrivedAt: Timestamp
    /// When the report is written.
    public var writtenAt: Timestamp
    /// The front of the message, with its whole header.
    public var message: [UInt8]
    /// Bytes of the whole message.
    public var messageByteCount: Int
    /// Letters and digits that no other report has; for Message-ID and boundary.
    public var token: String

    /// A report of these.
    public init(
        kind: Kind, hostname: String, from: Address, to: Address, fates: [Fate], envelopeID: String? = nil,
        returnContent: ReturnContent? = nil, arrivedAt: Timestamp, writtenAt: Timestamp, message: [UInt8],
        messageByteCount: Int, token: String
    ) {
        self.kind = kind
        self.hostname = hostname
        self.from = from
        self.to = to
        self.fates = fates
        self.envelopeID = envelopeID
        self.returnContent = returnContent
        self.arrivedAt = arrivedAt
        self.writtenAt = writtenAt
        self.message = message
        self.messageByteCount = messageByteCount
        self.token = token
    }

    /// The whole message: 7-bit whatever it tells of, so that it can be sent wherever that could not.
    public func compose() -> [UInt8] {
        let returned = returned
        let boundary = boundary(around: returned.bytes)
        var bytes = header(boundary: boundary)
        let parts: [(type: String, content: [UInt8], encoding: String)] = [
            ("text/plain; charset=us-ascii", DeliveryReportText(self, returned.isWhole).bytes, "7bit"),
            ("message/delivery-status", DeliveryStatusFields(self).bytes, "7bit"),
            (returned.isWhole ? "message/rfc822" : "text/rfc822-headers", returned.bytes, returned.encoding),
        ]
        for part in parts {
            bytes += Array("--\(boundary)\r\nContent-Type: \(part.type)\r\n".utf8)
            bytes += Array("Content-Transfer-Encoding: \(part.encoding)\r\n\r\n".utf8)
            bytes += part.content + HeaderComposer.lineEnd
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    private func header(boundary: String) -> [UInt8] {
        let subject =
            switch kind {
            case .failure: "Undelivered mail: your message could not be delivered"
            case .delay: "Delayed mail: your message has not been delivered yet"
            }
        var fields = [
            ("Date", MessageDate.rfc5322(writtenAt)), ("From", "Mail Delivery System <\(from)>"),
            ("To", "<\(to)>"), ("Subject", subject), ("Message-ID", "<\(token)@\(hostname)>"),
            ("Auto-Submitted", "auto-replied"), ("MIME-Version", "1.0"),
            ("Content-Type", "multipart/report; report-type=delivery-status; boundary=\"\(boundary)\""),
        ]
        if let id = messageID { fields += [("In-Reply-To", id), ("References", id)] }
        return fields.flatMap { HeaderComposer.field($0.0, $0.1) } + HeaderComposer.lineEnd
    }

    /// The Message-ID of the message, if it looks like one.
    private var messageID: String? {
        guard let field = HeaderBlock(message).first(named: "Message-ID") else { return nil }
        let id = HeaderBlock.unfold(message[field.valueRange])
        let isGood = id.hasPrefix("<") && id.hasSuffix(">") && id.utf8.count <= Limits.messageIDByteCount
        return isGood && id.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? id : nil
    }

    /// The message if it was wanted, is here, is 7-bit and not too large; else as much of its header as may go.
    /// A part of type message may not be encoded (RFC 2046 section 5.2.1), a header as text may.
    private var returned: (bytes: [UInt8], isWhole: Bool, encoding: String) {
        let isHere = message.count == messageByteCount && messageByteCount <= Limits.returnedMessageByteCount
        if kind == .failure, returnContent != .headers, isHere, message.allSatisfy(ASCII.isASCII) {
            return (message, true, "7bit")
        }
        let ends = HeaderBlock(message).fields.map(\.range.upperBound)
        let end = ends.last { $0 <= Limits.returnedMessageByteCount } ?? 0
        let header = message[..<end]
        return header.allSatisfy(ASCII.isASCII)
            ? (Array(header), false, "7bit") : (QuotedPrintable.encode(header), false, "quoted-printable")
    }

    /// A boundary that does not occur in what it stands around.
    private func boundary(around content: [UInt8]) -> String {
        var boundary = "=_\(token)"
        while content.contains("--\(boundary)") { boundary += "_" }
        return boundary
    }
}

extension [UInt8] {
    /// Whether a line begins with this text.
    fileprivate func contains(_ text: String) -> Bool {
        let text = Array(text.utf8)
        return split(separator: ASCII.lineFeed).contains { $0.starts(with: text) }
    }
}
