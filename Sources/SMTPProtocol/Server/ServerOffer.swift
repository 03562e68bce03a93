import MailSyntax

extension ServerSession {
    /// How the session stands to STARTTLS.
    public enum TLSOffer: Hashable, Sendable {
        /// Not available.
        case off
        /// The client may.
        case offered
        /// The client must, before mail.
        case required
        /// The connection is encrypted.
        case active
    }

    /// What the server side offers its client.
    public struct Offer: Hashable, Sendable {
        /// The name in greeting and EHLO reply.
        public var hostname: String
        /// Largest message in bytes.
        public var sizeLimit: Int
        /// Most recipients of a transaction.
        public var recipientLimit: Int
        /// How the session stands to STARTTLS.
        public var tls: TLSOffer

        /// An offer of these.
        public init(hostname: String, sizeLimit: Int, recipientLimit: Int, tls: TLSOffer = .off) {
            self.hostname = hostname
            self.sizeLimit = sizeLimit
            self.recipientLimit = recipientLimit
            self.tls = tls
        }

        /// The reply to HELO.
        var heloReply: Reply { Reply(250, hostname) }

        /// The reply to EHLO. An extension that is added here is also let through in `refusal`.
        var ehloReply: Reply {
            var lines = [hostname, "PIPELINING", "SIZE \(sizeLimit)", "8BITMIME", "ENHANCEDSTATUSCODES"]
            switch tls {
            case .offered, .required: lines.append("STARTTLS")
            case .off, .active: break
            }
            return Reply(250, lines: lines)
        }

        /// Why a MAIL cannot be taken: it asks for an extension that is not offered, or for too much room.
        func refusal(of mail: MailParameters) -> Reply? {
            if mail.body == .binaryMIME { return Replies.unsupported("BODY=BINARYMIME") }
            if mail.smtpUTF8 { return Replies.unsupported("SMTPUTF8") }
            if mail.ret != nil { return Replies.unsupported("RET") }
            if mail.envid != nil { return Replies.unsupported("ENVID") }
            if mail.auth != nil { return Replies.unsupported("AUTH") }
            if let path = mail.path, !path.isASCII { return Replies.needsUTF8 }
            if let size = mail.size, size > sizeLimit { return Replies.tooLarge }
            return nil
        }

        /// Why a RCPT cannot be taken.
        func refusal(of rcpt: RcptParameters) -> Reply? {
            if rcpt.notify != nil { return Replies.unsupported("NOTIFY") }
            if rcpt.orcpt != nil { return Replies.unsupported("ORCPT") }
            return rcpt.address.isASCII ? nil : Replies.needsUTF8
        }
    }
}
