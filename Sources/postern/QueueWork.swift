import MailSpool
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import RelayIntake
import RelaySettings

/// Does what an operator wants to one share, and tells it.
struct QueueWork {
    let spool: Spool
    let events: EventLog
    let bouncer: Bouncer
    let judgement: SecondJudgement
    let requeue: Requeue
    let operatorName: String
    let now: Timestamp

    /// What became of it.
    func perform(_ action: QueueAction, _ share: ShareSummary, _ entry: Entry?) async -> ActionDocument {
        do throws(SpoolError) {
            return try await perform(action, share, try await known(entry, share.id))
        } catch {
            let reason =
                error == .underWay ? "being sent or changed at this moment; try again" : error.description
            return ActionDocument(
                id: "\(share.id)", error: error == .unfitting ? action.misfit(share) : reason)
        }
    }

    private func known(_ entry: Entry?, _ id: ShareID) async throws(SpoolError) -> Entry {
        if let entry { entry } else { try await spool.entry(id.entry) }
    }

    private func perform(
        _ action: QueueAction, _ share: ShareSummary, _ entry: Entry
    ) async throws(SpoolError) -> ActionDocument {
        let id = share.id
        switch action {
        case .hold(let reason):
            let hold = Hold(reason: "by \(operatorName)" + (reason.map { ": \($0)" } ?? ""), heldAt: now)
            try await spool.hold(id, hold)
            events.tell(.held(Held(entry, id, stream: share.stream, hold, by: operatorName)))
        case .release(let isJudged):
            let isJudged = isJudged ?? (judgement.settings.policy.onRelease == .judge)
            guard !isJudged else { return try await judge(id) }
            try await spool.release(id)
            events.tell(.released(Operated(entry, id, by: operatorName)))
        // A retry changes nothing of a message's fate and is not told: the attempt that follows is.
        case .retry: try await spool.retry(id)
        case .bounce(let text): try await bouncer.bounce(id, by: operatorName, text: text)
        case .reroute(let stream): try await reroute(share, entry, into: stream)
        case .delete:
            try await spool.delete(id)
            events.tell(.deleted(Operated(entry, id, by: operatorName)))
        }
        return ActionDocument(id: "\(id)", result: action.result)
    }

    /// What was held because its stream is gone has a stream again and goes; other holds stay.
    private func reroute(
        _ share: ShareSummary, _ entry: Entry, into stream: String
    ) async throws(SpoolError) {
        guard share.stream != stream else { throw .unfitting }
        try await spool.reroute(share.id, into: stream)
        events.tell(.rerouted(Operated(entry, share.id, by: operatorName), into: stream))
        guard entry.holdReason(share.id) == Hold.streamRemoved else { return }
        try await spool.release(share.id)
        events.tell(.released(Operated(entry, share.id, by: operatorName, stream: stream)))
    }
}

extension QueueAction {
    /// Whether a selection by conditions means this share; of IDs each is tried.
    func fits(_ share: ShareSummary) -> Bool {
        switch self {
        case .release: share.state == .held
        case .hold: share.state != .held && share.state != .failed
        case .retry: share.state != .held
        case .reroute(let stream): share.stream != stream && share.state != .failed
        case .bounce: share.state != .failed
        case .delete: true
        }
    }

    /// Why it does not.
    fileprivate func misfit(_ share: ShareSummary) -> String {
        if share.state == .failed { return "failed; retry or delete it" }
        return switch self {
        case .release: "not held"
        case .hold: "held already"
        case .retry: "held; release it"
        case .reroute(let stream): "in stream \(stream) already"
        case .bounce, .delete: SpoolError.unfitting.description
        }
    }
}

extension Entry {
    fileprivate func holdReason(_ id: ShareID) -> String? {
        let share = shares.first { $0.number == id.number }
        guard case .held(let hold)? = share?.standing else { return nil }
        return hold.reason
    }
}
