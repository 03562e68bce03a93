import CSystemd

/// Tells systemd how the service fares (sd_notify); without a NOTIFY_SOCKET it tells nobody.
package struct ServiceNotifier: Sendable {
    package init() {}

    /// The service listens and takes mail.
    package func ready(status: String) { notify("READY=1\nSTATUS=\(oneLine(status))") }

    /// The service ends.
    package func stopping(status: String) { notify("STOPPING=1\nSTATUS=\(oneLine(status))") }

    /// The line that `systemctl status` shows.
    package func status(_ text: String) { notify("STATUS=\(oneLine(text))") }

    /// A line feed would begin another assignment.
    private func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    private func notify(_ state: String) {
        // A failure is systemd's to notice: it acts when READY or the watchdog's sign does not come.
        _ = sd_notify(0, state)
    }
}
