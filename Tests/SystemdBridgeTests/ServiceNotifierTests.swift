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
        notifier.stopping(status: "bye")
        #expect(systemd.receive() == "STOPPING=1\nSTATUS=bye")
    }

    @Test func `without systemd nobody is told and nothing happens`() {
        unsetenv("NOTIFY_SOCKET")
        ServiceNotifier().ready(status: "ready")
    }
}
