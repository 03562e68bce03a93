package import MailSyntax
package import RelayEvents
package import RelaySettings
import SMTPProtocol
package import TLSEngine
package import Transport

/// Tries the smart hosts of a stream one by one, as delivery would use them: same names, TLS, credential, timeouts.
package struct Probe: Sendable {
    private let stream: StreamSettings
    private let settings: Settings
    private let services: DialogueServices
    private let targets: [SmartHostTarget]

    package init(
        _ stream: StreamSettings, settings: Settings, events: EventLog, loops: EventLoops,
        clock: DeliveryClock
    ) {
        self.stream = stream
        self.settings = settings
        services = DialogueServices(
            events: events, dialer: Dialer(loops: loops), clock: clock, hostname: settings.hostname)
        let resolver = Resolver(threads: Limits.resolverThreadCount)
        targets = stream.smartHosts.enumerated().map { index, host in
            SmartHostTarget(
                host, index: index, stream: stream.name,
                credential: host.credential.flatMap { settings.credentials[$0] }, resolver: resolver)
        }
    }

    /// Tries each in the order of preference; with a recipient a test message goes through each.
    package func run(to recipient: Address? = nil, each: (ProbeFinding) async -> Void) async {
        for target in targets { await each(await probe(target, recipient)) }
    }

    private func probe(_ target: SmartHostTarget, _ recipient: Address?) async -> ProbeFinding {
        var finding = ProbeFinding(smartHost: target.name, credential: target.credential?.name)
        do throws(Trouble) {
            let session = SmartHostSession(
                target, try await SmartHostSession.dial(target, services), services: services)
            finding.address = session.connection.peer.description
            do throws(Trouble) { try await session.begin() } catch { finding.take(error) }
            finding.take(session)
            if let recipient, finding.failure == nil {
                finding.take(await session.send(envelope(to: recipient), message(to: recipient)))
            }
            await session.close()
        } catch { finding.take(error) }
        return finding
    }

    // MARK: The test message

    /// Under the stream's own return path, as its mail would be.
    private func envelope(to recipient: Address) -> Envelope {
        let recipients = [Recipient(recipient)]
        let envelope = Envelope(sender: settings.postmaster, recipients: recipients)
        let outgoing = rules.transactions(envelope, to: recipients, at: [0], id: Self.id, token: Self.id)
        return outgoing.first?.envelope ?? envelope
    }

    private func message(to recipient: Address) -> OutgoingMessage {
        let now = services.clock.wallTime()
        let text = Array(
            """
            Date: \(MessageDate.rfc5322(now))
            From: <\(settings.postmaster)>
            To: <\(recipient)>
            Subject: postern: a test of stream \(stream.name)
            Message-ID: <\(Self.id).\(now.millisecondsSince1970)@\(settings.hostname)>
            Auto-Submitted: auto-generated

            The administrator of \(settings.hostname) tries whether mail of the
            stream \(stream.name) arrives. Nothing needs to be done.

            """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
        let origin = Origin(
            client: ReceivedField.localClient, heloName: settings.hostname, listener: "",
            protocolName: "ESMTP", receivedAt: now)
        let pieces = rules.pieces(
            header: text, byteCount: text.count, origin: origin, id: Self.id, soleRecipient: recipient)
        return OutgoingMessage(pieces, over: text)
    }

    private var rules: StreamEnvelope {
        StreamEnvelope(stream, hostname: settings.hostname, routeHeaders: [])
    }

    private static let id = "probe"
}

/// What a probe found at one smart host.
package struct ProbeFinding: Sendable {
    /// Why it is of no use.
    package struct Failure: Sendable {
        /// `connect`, `tls`, `login`, `refused`, `message`.
        package let step: String
        package let reason: String
        package let reply: String?
    }

    /// `host:port`.
    package let smartHost: String
    package let credential: String?
    /// Where the connection went.
    package var address: String?
    package var tls: TLSFacts?
    /// What it offered after TLS, or before if there is none.
    package var keywords: [String] = []
    package var loginReply: String?
    /// The final reply to the test message.
    package var messageReply: String?
    package var failure: Failure?

    init(smartHost: String, credential: String?) {
        self.smartHost = smartHost
        self.credential = credential
    }

    mutating func take(_ trouble: Trouble) {
        failure = Failure(step: trouble.kind.step, reason: trouble.reason, reply: trouble.reply?.text)
    }

    mutating func take(_ session: SmartHostSession) {
        tls = session.connection.tls
        keywords = session.introduction.map { Array($0.lines.dropFirst()) } ?? []
        loginReply = session.loginReply?.text
    }

    mutating func take(_ outcome: Outcome) {
        guard let result = outcome.results.first else { return }
        messageReply = result.reply?.text
        guard result.fate != .delivered else { return }
        failure = Failure(
            step: "message", reason: result.reason ?? "the message was not taken", reply: messageReply)
    }
}

extension Trouble.Kind {
    fileprivate var step: String {
        switch self {
        case .unreachable: "connect"
        case .refusing: "refused"
        case .tls: "tls"
        case .login: "login"
        }
    }
}
