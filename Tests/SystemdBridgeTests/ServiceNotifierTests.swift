import Foundation
import SystemdBridge
import Testing

@Suite(.serialized) struct ServiceNotifierTests {
    @Test func `systemd is told, one assignment a line`() {
        let systemd = DatagramSocket()
        setenv("NOTIFY_SOCKET", systemd.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let notifier = ServiceNotifier()
        notifier.ready(status: "2 streams\nSTOPPING=1")
        #expect(systemd.receive() == "READY=1\nSTATUS=2 streams STOPPING=1")
        notifier.status("12 waiting")
        #expect(systemd.receive() == "STATUS=12 waiting")
        notifier.reloading()
        #expect(systemd.receive().wholeMatch(of: #/RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*/#) != nil)
        notifier.alive()
        #expect(systemd.receive() == "WATCHDOG=1")
        notifier.stopping(status: "bye")
        #expect(systemd.receive() == "STOPPING=1\nSTATUS=bye")
    }

    @Test func `the watchdog's interval is what systemd says to this process`() {
        setenv("WATCHDOG_USEC", "3000000", 1)
        setenv("WATCHDOG_PID", "\(getpid())", 1)
        defer {
            unsetenv("WATCHDOG_USEC")
            unsetenv("WATCHDOG_PID")
        }
        #expect(ServiceNotifier.watchdogInterval() == .seconds(3))
        setenv("WATCHDOG_PID", "1", 1)
        #expect(ServiceNotifier.watchdogInterval() == nil)
    }

    @Test func `without systemd nobody is told and nothing happens`() {
        unsetenv("NOTIFY_SOCKET")
        ServiceNotifier().ready(status: "ready")
    }
}
