/// One way out: its smart hosts, and how mail leaves for them.
package struct StreamSettings: Hashable, Sendable {
    /// What becomes of the Received fields that a message came with.
    package enum ReceivedFields: String, Hashable, Sendable, CaseIterable {
        case keep
        /// Ours is added without the client's name and address.
        case anonymous
        /// Removed, but for our own loop mark.
        case remove
    }

    /// A header field that is put in front of the message.
    package struct HeaderAddition: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What becomes of mail of which nobody knows whether the smart host took it.
    package enum UncertainAction: String, Hashable, Sendable, CaseIterable {
        /// Sent again: the recipient may have it twice.
        case resend
        /// Held: a person finds out.
        case hold
    }

    package var name: String
    /// In order of preference; never empty in settings that were loaded.
    package var smartHosts: [SmartHostSettings] = []
    /// The new envelope sender; nil: as received. Never applied to `<>`.
    package var returnPath: ReturnPathTemplate?
    package var headerAdditions: [HeaderAddition] = []
    package var headerRemovals: [String] = []
    package var received = ReceivedFields.keep
    /// Connections under way to one smart host.
    package var connectionLimit = 4
    package var messagesPerConnection = 500
    /// Delays between attempts; the last one repeats. Never empty.
    package var retry: [Duration] = [60, 300, 900, 1800, 3600, 7200, 14400].map { .seconds($0) }
    /// After this mail has failed.
    package var expire = Duration.seconds(5 * 86_400)
    /// When the sender is told of a delay; zero: never.
    package var warnAfter = Duration.seconds(4 * 3600)
    /// More recipients are sent as further transactions.
    package var recipientsPerMessage = 50
    /// nil: the listener's limit alone.
    package var maxMessageByteCount: Int?
    /// With so many shares in its queue nothing more is taken for it; zero: no limit.
    package var queuedCountLimit = 0
    /// The same by the bytes of their messages.
    package var queuedByteCountLimit = 0
    package var onUncertain = UncertainAction.resend
    /// What a smart host inherits where it says nothing itself.
    var smartHostDefaults = SmartHostSettings(host: "", port: SmartHostSettings.submissionPort)

    package init(name: String) { self.name = name }

    /// Its queue may only grow so far.
    package var limitsQueue: Bool { queuedCountLimit > 0 || queuedByteCountLimit > 0 }
}

/// One smart host of a stream, the stream's keys merged in.
package struct SmartHostSettings: Hashable, Sendable {
    package enum TLS: String, Hashable, Sendable, CaseIterable {
        case starttls
        case implicit
        case off
    }

    /// What of the smart host's certificate is checked.
    package enum Verification: String, Hashable, Sendable, CaseIterable {
        /// Its chain and its name.
        case hostname
        case off
    }

    package struct Timeouts: Hashable, Sendable {
        package var connect = Duration.seconds(30)
        /// For each reply but the last.
        package var command = Duration.seconds(300)
        /// For the reply to the final dot.
        package var finalDot = Duration.seconds(600)

        package init() {}
    }

    /// A name that is looked up by address, or an IP address without brackets.
    package var host: String
    package var port: Int
    /// What the configuration says; nil: by port.
    var chosenTLS: TLS?
    package var verify = Verification.hostname
    /// PEM, absolute path; nil: the system's trust store.
    package var caFile: String?
    /// The name of a credential; nil: no AUTH.
    package var credential: String?
    package var timeouts = Timeouts()

    package init(host: String, port: Int, tls: TLS? = nil) {
        self.host = host
        self.port = port
        self.chosenTLS = tls
    }

    /// How the connection is protected: as configured, else by port (RFC 8314 section 3.3).
    package var tls: TLS {
        get { chosenTLS ?? (Self.implicitTLSPorts.contains(port) ? .implicit : .starttls) }
        set { chosenTLS = newValue }
    }

    /// `host:port`, as events and reports name it.
    package var name: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    static let submissionPort = 587
    static let implicitTLSPorts = [465, 2465]
}
