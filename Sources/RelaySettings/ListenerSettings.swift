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

/// An address and port to listen on; `[::]` takes IPv6 only.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IP address without brackets.
    package var host: String
    /// 0: the system chooses a free one.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
