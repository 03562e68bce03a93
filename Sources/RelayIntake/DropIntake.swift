import MailSpool
import MailSyntax
import RelayEvents
import RelayPolicy
import RelaySettings
import SMTPProtocol
import Transport

/// Takes in one file of the maildrop: batch SMTP (RFC 2442), which is what a client says when it does not wait for
/// answers. It is read by the rules of every other client, and judged as mail that came from this machine.
struct DropIntake {
    /// What became of a file.
    enum Fate: Hashable {
        /// The mail is in the spool, or a report says why it is not.
        case done
        /// It is to be tried again.
        case later
        /// A person must look at it: says why.
        case unusable(String)
    }

    private let file: DroppedFile
    private let listener: ListenerSettings
    private let services: IntakeServices
    private let access: ClientAccess
    private let origin: Origin
    private var session: ServerSession
    private var framer = LineFramer(limit: Limits.commandByteCount)
    private var sender: Address?
    /// What the program that left the file would have heard at once.
    private var refusals: [Refusal] = []
    /// Where all of it leaves, if root says so.
    private var stream: String?
    /// The sender was refused, and with it all.
    private var senderRefusal: Reply?

    init(_ file: DroppedFile, services: IntakeServices) {
        self.file = file
        self.services = services
        listener = services.settings.localListener
        let client = PeerAddress(host: .ipv4(0x7F00_0001), port: 0)
        access = ClientAccess(
            client: IPAddress(client.bytes), listener: listener, addresses: services.settings.localAddresses)
        origin = Origin(
            client: client.text, heloName: "localhost", listener: listener.name, user: "uid:\(file.ownerID)",
            protocolName: ReceivedField.localProtocol, receivedAt: services.now())
        session = ServerSession(
            offer: ServerSession.Offer(
                hostname: services.settings.hostname, sizeLimit: listener.maxMessageByteCount,
                recipientLimit: listener.maxRecipients))
    }

    /// Reads the file to its end and does what it asks for.
    mutating func take() async -> Fate {
        do throws(TransportError) {
            var first = try await nextLine()
            if let name = first?.streamName {
                guard file.ownerID == 0 || services.settings.control.allowsOwnUser && file.isOwn,
                    services.settings.streams[name] != nil
                else { return .unusable("names a stream that is not there, or not for its owner") }
                stream = name
                first = try await nextLine()
            }
            guard case .ehlo(let name) = first?.command,
                case .reply = session.receive(.ehlo(name)),
                case .mail(let mail) = try await nextCommand()
            else { return .unusable("does not begin with EHLO and MAIL") }
            judge(mail)
            while true {
                switch try await nextCommand() {
                case .rcpt(let rcpt): judge(rcpt)
                case .data: return try await receiveMessage()
                default: return .unusable("holds something else than RCPT and DATA behind MAIL")
                }
            }
        } catch {
            return error == .cancelled ? .later : .unusable("\(error)")
        }
    }

    // MARK: Envelope

    private mutating func judge(_ mail: MailParameters) {
        sender = access.judge(sender: mail.path)
        switch session.receive(.mail(mail)) {
        case .judgeSender: _ = session.senderJudged(accepted: sender)
        case .reply(let reply), .close(let reply): senderRefusal = reply
        case .judgeRecipient, .receiveLines, .startTLS: preconditionFailure("MAIL is answered for itself")
        }
    }

    private mutating func judge(_ rcpt: RcptParameters) {
        guard senderRefusal == nil else { return refuse(rcpt.address, senderRefusal) }
        switch session.receive(.rcpt(rcpt)) {
        case .judgeRecipient:
            switch access.judge(rcpt.recipient) {
            case .accepted(let recipients):
                // Who is only put off is judged again with the message, which then comes again as a whole.
                if let refusal = refusal(of: recipients), refusal.isPermanent {
                    _ = session.recipientJudged(refusal: refusal)
                    return refuse(rcpt.address, refusal)
                }
                let reply = session.recipientJudged(accepted: recipients)
                if !reply.isPositive { refuse(rcpt.address, .tooManyForDrop) }
            case .refused(let reply):
                _ = session.recipientJudged(refusal: reply)
                refuse(rcpt.address, reply)
            }
        // Nobody is there to send the rest another time.
        case .reply(let reply), .close(let reply):
            refuse(rcpt.address, reply.isPermanent ? reply : .tooManyForDrop)
        case .judgeSender, .receiveLines, .startTLS: preconditionFailure("RCPT is answered for itself")
        }
    }

    private func refusal(of recipients: [Recipient]) -> Reply? {
        session.envelope.flatMap {
            services.policy.refusal(of: recipients, in: $0, origin: origin, services.desk.aidsForRecipients)
        }
    }

    private mutating func refuse(_ address: Address, _ reply: Reply?) {
        guard let reply else { return }
        refusals.append(Refusal(reply, [address]))
        services.events.tell(
            .refused(
                Refused(
                    origin: origin, sender: sender?.description ?? "", recipients: [address.description],
                    reply: reply.text, status: reply.status)))
    }

    // MARK: Message

    private mutating func receiveMessage() async throws(TransportError) -> Fate {
        let envelope = session.envelope ?? Envelope(sender: sender, recipients: [])
        var draft = services.spool.makeDraft()
        var receiver = BodyReceiver(
            sizeLimit: listener.maxMessageByteCount, timeout: listener.timeout, now: services.uptime)
        let ending = try await receiver.receive(first: framer.takeBuffered(), into: &draft) {
            [file, services] _ async throws(TransportError) in try await Self.read(file, services)
        }
        switch ending {
        case .complete:
            framer.append(receiver.rest)
            guard case .quit = try await nextCommand(), try await nextBytes() == nil else {
                return .unusable("is not at its end behind QUIT")
            }
            return await judge(draft, envelope)
        case .refused(let reply) where reply.isTemporary: return .later
        case .cutOff(.bareLineEnd): return .unusable("holds a bare CR or LF in its message")
        case .refused(let reply), .cutOff(let reply):
            services.events.tell(.refused(Refused(reply, origin: origin, envelope: envelope)))
            return await giveBack(draft, envelope, reply)
        case .abandoned: return .unusable("ends in the middle of its message")
        }
    }

    private func judge(_ draft: consuming Draft, _ envelope: Envelope) async -> Fate {
        guard !envelope.recipients.isEmpty else { return await giveBack(draft, envelope, nil) }
        let (id, byteCount) = (draft.id, draft.byteCount)
        // Without it the report has no header to show; what is wrong with the disk is met again at once.
        let head = (try? await draft.head(Limits.headByteCount)) ?? []
        var judgement = MessageJudgement(envelope: envelope, origin: origin, services: services)
        judgement.untold = refusals
        judgement.stream = stream
        let reply = await judgement.accept(draft)
        if reply.isPositive { return .done }
        if reply.isTemporary { return .later }
        return await giveBack(MessageHead(head, byteCount: byteCount), envelope, reply, id: id)
    }

    // MARK: What is not taken

    private func giveBack(_ draft: consuming Draft, _ envelope: Envelope, _ reply: Reply?) async -> Fate {
        let (id, byteCount) = (draft.id, draft.byteCount)
        // As above.
        let head = (try? await draft.head(Limits.headByteCount)) ?? []
        return await giveBack(MessageHead(head, byteCount: byteCount), envelope, reply, id: id)
    }

    /// Tells the sender; where there is none, a person.
    private func giveBack(
        _ head: MessageHead, _ envelope: Envelope, _ reply: Reply?, id: QueueID
    ) async -> Fate {
        let all = refusals + (reply.map { [Refusal($0, envelope.recipients.map(\.address))] } ?? [])
        guard envelope.sender != nil, !all.isEmpty else {
            let last = reply?.text ?? all.last?.text ?? "it names no recipient"
            return .unusable("refused, and nobody to tell: \(last)")
        }
        let report = RefusalReport(envelope: envelope, origin: origin, head: head, services: services)
        do throws(SpoolError) {
            try await report.store(all, parent: id)
            return .done
        } catch { return .later }
    }

    // MARK: Reading

    /// The next line as a command; a line that is none counts as one that nobody knows.
    private mutating func nextCommand() async throws(TransportError) -> Command? {
        try await nextLine()?.command
    }

    private mutating func nextLine() async throws(TransportError) -> LineFramer.Framed? {
        while true {
            if let framed = framer.next() { return framed }
            guard let bytes = try await Self.read(file, services) else { return nil }
            framer.append(bytes)
        }
    }

    /// What stands behind the last command.
    private mutating func nextBytes() async throws(TransportError) -> [UInt8]? {
        let rest = framer.takeBuffered()
        return rest.isEmpty ? try await Self.read(file, services) : rest
    }

    private static func read(
        _ file: DroppedFile, _ services: IntakeServices
    ) async throws(TransportError) -> [UInt8]? {
        if Task.isCancelled { throw .cancelled }
        var bytes: [UInt8]?
        do throws(SpoolError) { bytes = try await services.spool.onDisk { file.read() } } catch {
            throw .cancelled
        }
        guard let bytes else { throw .broken("cannot be read") }
        return bytes.isEmpty ? nil : bytes
    }
}

extension LineFramer.Framed {
    fileprivate var command: Command {
        switch self {
        case .line(let line): CommandParser.parse(line)
        case .bareLineEnd, .tooLong: .unknown(verb: "")
        }
    }

    /// The stream that a line before the first command names.
    fileprivate var streamName: String? {
        guard case .line(let line) = self else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        return text.hasPrefix(MaildropName.stream) ? String(text.dropFirst(MaildropName.stream.count)) : nil
    }
}

extension Reply {
    /// A client would send the rest in a further transaction; a file has nobody who does.
    fileprivate static let tooManyForDrop = Reply(550, EnhancedStatus(5, 5, 3), "too many recipients")
}

extension Refusal {
    /// A refusal that no policy spoke.
    fileprivate init(_ reply: Reply, _ recipients: [Address]) {
        self.init(
            code: reply.code, status: reply.status ?? EnhancedStatus(5, 0, 0),
            lines: reply.lines, recipients: recipients, rule: "maildrop")
    }
}
