import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What systemd and the daemon tell each other.
    @Suite struct ServiceManager {
        @Test
        func
            `readiness, reloads and the watchdog's sign of life are told; a daemon that stands still gives none`()
            throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                try relay.stop()
                let systemd = try NotifySocket(stage.folder.appending(path: "notify").path)
                let environment = ["NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "400000"]
                let program = try stage.start(
                    "watched", [try Places.postern(), "serve", "--config", relay.configuration.path],
                    environment: environment)
                try systemd.await("READY=1\nSTATUS=1 stream, 0 waiting, 0 held")
                try systemd.await("WATCHDOG=1")
                #expect(try relay.reload().status == 0)
                try systemd.await("RELOADING=1\nMONOTONIC_USEC=")
                try systemd.await("READY=1")
                try systemd.await("WATCHDOG=1")
                program.signal(SIGSTOP)
                try until("silence") { systemd.receive() == nil }
                #expect(systemd.receive() == nil)
                program.signal(SIGCONT)
                try systemd.await("WATCHDOG=1")
                program.signal(SIGTERM)
                try systemd.await("STOPPING=1")
                #expect(try program.status(within: .seconds(15)) == 0)
            }
        }

        @Test func `a socket that systemd passes is served by its name, and stays open over reloads`() throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                try relay.stop()
                try relay.change { $0.replacing("127.0.0.1:\(relay.port)", with: "systemd:smtp") }
                let alone = try Program.run(
                    [try Places.postern(), "serve", "--config", relay.configuration.path])
                #expect(alone.status == 1 && alone.output.contains("no socket named smtp"), "\(alone.output)")
                // It closes all descriptors that it inherits, the one too by whose end Foundation learns of a child's
                // end: Foundation would then wait for it, and meanwhile for no other. The shell keeps that one open.
                _ = try stage.start(
                    "activated",
                    [
                        "sh", "-c", #"setpriv --pdeathsig KILL "$@"; exit"#, "activated",
                        "systemd-socket-activate", "-l", "127.0.0.1:\(relay.port)", "--fdname=smtp",
                        try Places.postern(), "serve", "--config", relay.configuration.path,
                    ])
                try until("systemd listens") { try accepts(port: relay.port) }
                let early = try relay.client()
                #expect(try relay.reload().status == 0)
                try relay.change { $0.replacing("hostname: relay.test", with: "hostname: other.test") }
                #expect(try relay.reload().status == 0)
                let late = try relay.client()
                for client in [early, late] {
                    #expect(try client.submit(from: "a@office.test", to: ["b@x.test"], "\r\n").code == 250)
                }
                try host.await(2)
            }
        }
    }
}

/// The socket at which systemd hears what services tell.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw StageError("\(path): \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next message; nil: there is none for a second.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Waits for a message that begins so; others are passed over.
    func await(_ start: String) throws {
        try until("message \(start)") { receive()?.hasPrefix(start) == true }
    }
}
