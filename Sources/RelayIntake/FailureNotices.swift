import MailSyntax
import RelayPolicy
import RelaySettings
import Synchronization

/// Tells who gets the digest of held mail that scripts fail: at once, and then not before the time of a digest is over,
/// however many messages they fail at.
final class FailureNotices: Sendable {
    private struct State {
        var toldAt: Timestamp?
        var untoldCount = 0
    }

    private let state = Mutex(State())

    /// The notice of a message that scripts failed at; nil: it is too early for another, or nobody wants one. `became`
    /// says what became of it.
    func notice(
        of failures: [PolicyFailure], became action: String, under settings: Settings, at now: Timestamp
    ) -> PlannedNotice? {
        let hold = settings.policy.hold
        guard let first = failures.first, hold.digestInterval > .zero,
            let recipient = hold.notice.address(postmaster: settings.postmaster),
            let untoldCount = take(now, hold.digestInterval)
        else { return nil }
        return PlannedNotice(
            recipients: [recipient], copied: [], blindRecipients: [], from: nil,
            subject: "A policy script failed: \(first.rule)",
            body: Self.text(first, action, untoldCount, hold.digestInterval), fields: [], importance: 2,
            rule: first.rule, isOfHold: true)
    }

    /// How many went untold before this one, if it is to be told. A clock that was set back is no reason to be silent.
    private func take(_ now: Timestamp, _ interval: Duration) -> Int? {
        state.withLock { state in
            if let toldAt = state.toldAt, now >= toldAt, now - toldAt < interval {
                state.untoldCount += 1
                return nil
            }
            defer { state = State(toldAt: now) }
            return state.untoldCount
        }
    }

    private static func text(
        _ failure: PolicyFailure, _ action: String, _ untoldCount: Int, _ interval: Duration
    ) -> String {
        let others =
            untoldCount == 0
            ? "" : "Since the last mail of this kind scripts failed at \(untoldCount) more messages.\n"
        return """
            A policy script failed at a message, which was \(action):

                \(failure.rule): \(failure.text)

            \(others)The next mail of this kind comes in \(Units.text(interval)) at the earliest. All failures:

                journalctl POSTERN_EVENT=policy-error

            Correct the script or the program and reload. What is held with the reason
            "policy-error" is then judged again by itself:

                postern check
                systemctl reload postern
                postern queue list --state held
            """
    }
}

extension HoldSettings.Notice {
    fileprivate func address(postmaster: Address) -> Address? {
        switch self {
        case .postmaster: postmaster
        case .address(let address): address
        case .nobody: nil
        }
    }
}
