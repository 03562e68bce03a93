import MailSyntax
import RelaySettings
import SMTPProtocol
import TLSEngine
import Transport

/// From nothing to a connection that may be given mail: dial, greeting, EHLO, TLS, EHLO, AUTH. Fails closed:
/// whatever the settings demand and the smart host does not do is trouble, and no mail is shown to it.
extension SmartHostSession {
    static func open(_ target: SmartHostTarget, _ services: DialogueServices) async throws(Trouble)
        -> SmartHostSession
    {
        let connection = try await dial(target, services)
        let session = SmartHostSession(target, connection, services: services)
        do throws(Trouble) {
            try await session.begin()
            return session
        } catch {
            // Not to wait for a smart host that has just shown that it is of no use.
            await session.abandon()
            var trouble = error
            trouble.tls = connection.tls?.description
            throw trouble
        }
    }

    static func dial(_ target: SmartHostTarget, _ services: DialogueServices) async throws(Trouble)
        -> Connection
    {
        let settings = target.settings
        do throws(TransportError) {
            let addresses = try await target.resolver.addresses(
                of: settings.host, port: settings.port, within: settings.timeouts.connect)
            var failure = TransportError.name("\(settings.host) has no address")
            for address in addresses.prefix(Limits.dialledAddressCount) {
                do throws(TransportError) {
                    return try await services.dialer.connect(to: address, within: settings.timeouts.connect)
                } catch { failure = error }
            }
            throw failure
        } catch { throw Trouble(.unreachable, reason: error.description) }
    }

    /// From the greeting to the login.
    func begin() async throws(Trouble) {
        if target.settings.tls == .implicit { try await startTLS() }
        try await greet()
        try await introduce()
        if target.settings.tls == .starttls {
            try await upgrade()
            try await introduce()
        }
        if let credential = target.credential { try await logIn(credential) }
    }

    private func greet() async throws(Trouble) {
        let greeting = try await step { () throws(DialogueError) in
            try await self.reply(within: self.patience)
        }
        guard greeting.code == 220 else {
            throw Trouble(.refusing, reply: greeting, reason: "the smart host does not want us")
        }
    }

    private func introduce() async throws(Trouble) {
        let reply = try await step { () throws(DialogueError) in
            try await self.ask(ClientCommand.ehlo(self.services.hostname), within: self.patience)
        }
        guard reply.code == 250 else { throw Trouble(.refusing, reply: reply, reason: "EHLO was refused") }
        introduction = reply
        extensions = ServerExtensions(ehlo: reply)
    }

    private func upgrade() async throws(Trouble) {
        guard extensions.startTLS else { throw Trouble(.tls, reason: "STARTTLS is not offered") }
        let reply = try await step { () throws(DialogueError) in
            try await self.ask(ClientCommand.startTLS, within: self.patience)
        }
        guard reply.code == 220 else {
            throw Trouble(reply.code == 421 ? .refusing : .tls, reply: reply, reason: "STARTTLS was refused")
        }
        // What came in the clear behind the reply would be taken for encrypted.
        guard !hasUnreadInput else { throw Trouble(.tls, reason: TransportError.inputBeforeTLS.description) }
        try await startTLS()
    }

    private func startTLS() async throws(Trouble) {
        let context: TLSContext
        do throws(TLSError) { context = try target.tlsContext() } catch {
            throw Trouble(.tls, reason: error.description)
        }
        do throws(TransportError) {
            _ = try await connection.startTLS(
                context, role: .client(name: target.settings.host), within: target.settings.timeouts.connect)
        } catch { throw Trouble(.tls, reason: error.description) }
    }

    private func logIn(_ credential: Credential) async throws(Trouble) {
        guard connection.tls?.verified == true || connection.peer.isLoopback else {
            throw Trouble(.login, reason: "no AUTH without verified TLS")
        }
        var exchange = try Authentication(
            mechanism: mechanism(for: credential), username: credential.username,
            secret: secret(of: credential))
        var reply = try await answer(exchange.start())
        var challengeCount = 0
        while reply.code == 334, challengeCount < Limits.authChallengeCount {
            reply = try await answer(exchange.answerChallenge())
            challengeCount += 1
        }
        loginReply = reply
        guard reply.code == 235 else {
            throw Trouble(
                reply.code == 421 ? .refusing : .login, reply: reply, reason: "the login was refused")
        }
    }

    private func mechanism(for credential: Credential) throws(Trouble) -> Authentication.Mechanism {
        let offered = extensions.authMechanisms
        let wanted: Authentication.Mechanism? =
            switch credential.mechanism {
            case .auto: .choose(from: offered)
            case .plain: .plain
            case .login: .login
            }
        guard let wanted, offered.contains(wanted.rawValue) else {
            let names =
                offered.isEmpty ? "AUTH is not offered" : "offered: " + offered.joined(separator: ", ")
            throw Trouble(.login, reason: "no AUTH mechanism that both sides know; \(names)")
        }
        return wanted
    }

    private func secret(of credential: Credential) throws(Trouble) -> [UInt8] {
        do throws(SettingsError) { return try credential.readSecret().bytes } catch {
            throw Trouble(.login, reason: "the secret of \(credential.name): \(error)")
        }
    }

    /// One line of the AUTH exchange; no dialogue shows what it says.
    private func answer(_ line: [UInt8]) async throws(Trouble) -> Reply {
        try await step { () throws(DialogueError) in
            try await self.ask(line, within: self.patience, shown: "AUTH <redacted>")
        }
    }

    /// What breaks the dialogue on the way makes the smart host one that cannot be reached.
    private func step(_ body: () async throws(DialogueError) -> Reply) async throws(Trouble) -> Reply {
        do throws(DialogueError) { return try await body() } catch {
            throw Trouble(.unreachable, reason: error.description)
        }
    }

    private var patience: Duration { target.settings.timeouts.command }
}
