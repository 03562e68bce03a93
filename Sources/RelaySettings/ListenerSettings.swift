/// One place where clients hand in mail.
package struct ListenerSettings: Hashable, Sendable {
    /// TLS toward clients.
    package enum TLS: String, Hashable, Sendable, CaseIterable {
        case off
        /// STARTTLS is offered.
        case offered
        /// Nothing but STARTTLS is taken before it.
        case required
    }

    /// The name in the configuration; events and routes use it.
    package var name: String
    package var addresses = [
        ListenAddress(host: "127.0.0.1", port: 25), ListenAddress(host: "::1", port: 25),
    ]
    /// Whose mail is relayed.
    package var networks = Network.loopback
    package var tls = TLS.offered
    /// PEM, absolute path; nil together with `keyFile`: a self-signed one is made.
    package var certificateFile: String?
    package var keyFile: String?
    package var maxMessageByteCount = 50 << 20
    package var maxRecipients = 1000
    package var maxConnections = 1000
    package var maxConnectionsPerClient = 50
    /// The longest wait for a command.
    package var timeout = Duration.seconds(300)

    package init(name: String) { self.name = name }

    /// Whether mail from this address is relayed.
    package func admits(_ client: IPAddress) -> Bool { networks.contains { $0.contains(client) } }
}

/// An address and port to listen on, `[::]` takes IPv6 only; or a socket that systemd opens and passes.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IP address without brackets; empty for a socket that is passed.
    package var host: String
    /// 0: the system chooses a free one.
    package var port: Int
    /// The name of the passed socket.
    package var socketName: String?

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Sockets that systemd passes under this name, `systemd:NAME`.
    package init(socketName: String) {
        self.init(host: "", port: 0)
        self.socketName = socketName
    }

    /// The system chooses the port, another one each time.
    package var isAnyPort: Bool { port == 0 && socketName == nil }

    /// Whether a connection may fit both, so that the system lets only one of them be listened on.
    package func overlaps(_ other: ListenAddress) -> Bool {
        guard port == other.port, port != 0, isIPv6 == other.isIPv6 else { return false }
        return host == other.host || isAny || other.isAny
    }

    private var isIPv6: Bool { host.contains(":") }
    private var isAny: Bool { host == "0.0.0.0" || host == "::" }

    package var description: String {
        if let socketName { return "systemd:\(socketName)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
