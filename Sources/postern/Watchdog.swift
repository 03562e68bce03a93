import MailSpool
import RelayDelivery
import RelayEvents
import RelayIntake
import SystemdBridge

/// Looks whether the relay does its work, and only then gives systemd's watchdog the sign of life: listeners answer,
/// the spool takes a write, the streams' timekeepers turn. The log is no part of it: a journal that stands still is no
/// reason to be killed.
struct Watchdog: Sendable {
    let relay: Relay
    let notifier: ServiceNotifier
    /// A sign of life is due this often.
    let interval: Duration
    let sleep: @Sendable (Duration) async throws -> Void

    /// Until its task is cancelled.
    func run() async {
        // Cancelled while it sleeps: the loop's condition sees it.
        while !Task.isCancelled, (try? await sleep(interval / 2)) != nil {
            let troubles = await findTroubles()
            guard !Task.isCancelled else { return }
            if troubles.isEmpty { notifier.alive() } else { tell(troubles.joined(separator: "; ")) }
        }
    }

    private var patience: Duration { min(interval / 4, Self.longestPatience) }
    private static let longestPatience = Duration.seconds(10)

    private func findTroubles() async -> [String] {
        async let listeners = relay.intake.findSilent(within: patience)
        async let spool = findSpoolTrouble()
        let streams = relay.streams.stalled.map { "stream \($0) does not move" }
        return await listeners.map { "\($0) does not answer" } + spool + streams
    }

    /// A disk that does not come back holds up this task and with it the sign of life; that much is told at least.
    private func findSpoolTrouble() async -> [String] {
        await withTaskGroup(of: [String]?.self) { group in
            group.addTask {
                do throws(SpoolError) {
                    try await relay.spool.probe()
                    return []
                } catch { return ["the spool takes nothing: \(error)"] }
            }
            group.addTask {
                // Cancelled as soon as the spool has answered.
                guard (try? await sleep(patience)) != nil else { return nil }
                tell("the spool has not taken a small file for \(patience)")
                return nil
            }
            while let result = await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            return []
        }
    }

    private func tell(_ reason: String) { relay.events.tell(.selfCheckFailed(reason: reason)) }
}
