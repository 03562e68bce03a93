import MailSyntax
import RelayEvents
import RelaySettings
import SMTPProtocol

/// The connections of one lane: at most one to each smart host of the stream, used again and again.
///
/// Belongs to the lane's task.
final class SmartHostPool {
    /// No smart host can be given mail.
    struct Unavailable: Error, Sendable {
        let trouble: Trouble
        /// The attempt counts against the mail.
        let counts: Bool
    }

    /// The plan that its connections are opened under.
    let plan: StreamPlan
    private let dispatcher: Dispatcher
    private var sessions: [Int: SmartHostSession] = [:]
    /// Smart hosts that have taken or refused mail on the connection at hand, so that they are known to be well.
    private var proved: Set<Int> = []

    init(_ dispatcher: Dispatcher, _ plan: StreamPlan) {
        self.dispatcher = dispatcher
        self.plan = plan
    }

    /// The smart hosts to which a connection is open.
    var held: Set<Int> { Set(sessions.keys) }

    /// A connection to the first smart host, from this one on, that can be used or opened.
    func lease(from first: Int) async throws(Unavailable) -> SmartHostSession {
        var trouble: Trouble?
        for target in plan.targets.dropFirst(first) {
            if let session = await openSession(target.index) { return session }
            do throws(Trouble) {
                if let session = try await open(target) { return session }
            } catch { trouble = error }
        }
        throw unavailable(trouble)
    }

    /// Draws the conclusions from a transaction for the connection and the smart host.
    func judge(_ session: SmartHostSession, _ outcome: Outcome) async {
        let index = session.target.index
        let isStale = outcome.isStaleConnection && session.messageCount > 1
        if outcome.closesConnection { await close(index) }
        if Task.isCancelled { return giveUp(index) }
        // A connection that had grown too old says nothing about the next one.
        if let trouble = outcome.trouble, !isStale {
            failed(session.target, trouble)
        } else if !isStale {
            prove(index)
        }
    }

    /// The smart host let us in and nothing of the mail was shown to it.
    func prove(_ index: Int) {
        guard proved.insert(index).inserted else { return }
        let change = dispatcher.change(host: index, of: plan) { $0.proved(at: $1) }
        if let change = change ?? nil { tell(change, plan.targets[index]) }
    }

    func closeAll() async {
        for index in held.sorted() { await close(index) }
    }

    /// The open connection to a smart host, if it may be used for one more message.
    private func openSession(_ index: Int) async -> SmartHostSession? {
        guard let session = sessions[index] else { return nil }
        // A connection that has proved nothing yet may be the probe itself.
        let isUsable =
            !proved.contains(index) || dispatcher.look(plan) { hosts in hosts[index].isUsable } ?? true
        if isUsable, session.messageCount < plan.stream.messagesPerConnection { return session }
        await close(index)
        return nil
    }

    /// Opens a connection; nil: that is not allowed now.
    private func open(_ target: SmartHostTarget) async throws(Trouble) -> SmartHostSession? {
        let permission = dispatcher.change(host: target.index, of: plan) { $0.askToOpen(at: $1) }
        switch permission ?? .granted {
        case .granted: break
        case .crowded: return nil
        case .troubled(let trouble): throw trouble
        }
        do throws(Trouble) {
            let session = try await SmartHostSession.open(target, plan.services.dialogue)
            sessions[target.index] = session
            _ = dispatcher.change(host: target.index, of: plan) { host, _ in host.opened() }
            return session
        } catch {
            if Task.isCancelled { giveUp(target.index) } else { failed(target, error) }
            throw error
        }
    }

    private func close(_ index: Int) async {
        guard let session = sessions.removeValue(forKey: index) else { return }
        proved.remove(index)
        _ = dispatcher.change(host: index, of: plan) { host, _ in host.closed() }
        await session.close()
    }

    private func giveUp(_ index: Int) {
        _ = dispatcher.change(host: index, of: plan) { $0.abandoned(at: $1) }
    }

    private func failed(_ target: SmartHostTarget, _ trouble: Trouble) {
        let (retry, chance) = (plan.retry, plan.services.chance())
        let change = dispatcher.change(host: target.index, of: plan) { host, now in
            host.failed(trouble, at: now) { retry.delay(after: $0, chance: chance) }
        }
        if let change = change ?? nil { tell(change, target) }
    }

    private func unavailable(_ trouble: Trouble?) -> Unavailable {
        // Another connection found out meanwhile, or is about to, how a smart host is.
        let counts = dispatcher.look(plan) { hosts in
            !hosts.isNoFaultOfMail && !hosts.states.contains { $0.isUsable || $0.isProbed }
        }
        return Unavailable(
            trouble: trouble ?? Trouble(.refusing, reason: "no further connection is allowed"),
            // Under another plan there may be another way.
            counts: counts ?? false && !Task.isCancelled)
    }

    private func tell(_ change: SmartHostState.Change, _ target: SmartHostTarget) {
        switch change {
        case .ended(let span):
            plan.services.events.tell(
                .breakerClosed(BreakerClosed(stream: target.stream, smartHost: target.name, duration: span)))
        case .began(let trouble, let probeAt):
            let clock = plan.services.clock
            let event = SmartHostTrouble(
                stream: target.stream, smartHost: target.name, credential: target.credential?.name,
                tls: trouble.tls, reply: trouble.reply?.text, status: trouble.reply?.status,
                reason: trouble.reason, nextAttemptAt: clock.wallTime() + (probeAt - clock.uptime()))
            switch trouble.kind {
            case .tls: plan.services.events.tell(.tlsFailed(event))
            case .login: plan.services.events.tell(.loginFailed(event))
            case .unreachable, .refusing: plan.services.events.tell(.breakerOpened(event))
            }
        }
    }
}
