import CSystemd
import Glibc

/// Tells systemd how the service fares (sd_notify); without a NOTIFY_SOCKET it tells nobody.
package struct ServiceNotifier: Sendable {
    package init() {}

    /// Whether somebody listens to what is told.
    package static var isHeard: Bool { getenv("NOTIFY_SOCKET") != nil }

    /// The service listens and takes mail; also the end of a reload, whatever came of it.
    package func ready(status: String) { notify("READY=1\nSTATUS=\(oneLine(status))") }

    /// The service takes up other settings; `ready` must follow.
    package func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The service ends.
    package func stopping(status: String) { notify("STOPPING=1\nSTATUS=\(oneLine(status))") }

    /// The line that `systemctl status` shows.
    package func status(_ text: String) { notify("STATUS=\(oneLine(text))") }

    /// A sign of life for the watchdog.
    package func alive() { notify("WATCHDOG=1") }

    /// How often systemd wants a sign of life; nil: it does not.
    package static func watchdogInterval() -> Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0, microseconds > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// A line feed would begin another assignment.
    private func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    private func notify(_ state: String) {
        // A failure is systemd's to notice: it acts when READY or the watchdog's sign does not come.
        _ = sd_notify(0, state)
    }
}
