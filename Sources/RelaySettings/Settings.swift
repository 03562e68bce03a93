package import MailSyntax

/// The configuration file as checked values: what it says, and the defaults for what it leaves out.
///
/// A property's initial value is the key's default; the tables in `…Keys.swift` name the keys.
package struct Settings: Sendable {
    /// The name in EHLO, the greeting and Received fields; has a dot.
    package var hostname: String
    /// Gets notices and the mail sent to `<postmaster>`.
    package var postmaster: Address
    /// The domain of bare addresses; nil: that of `hostname`.
    package var chosenOrigin: String?
    /// What names of this machine and of `origin` stand for.
    package var aliases = AliasTable()
    /// The domains that mean this machine; nil: its usual names.
    package var chosenLocalDomains: [String]?
    /// The first that fits says how a sender is called outside.
    package var senderRewrites: [SenderRewrite] = []
    /// Where mail comes in, in the order of the file.
    package var listeners: [ListenerSettings] = [ListenerSettings(name: "local")]
    package var spool = SpoolSettings()
    /// Where state that is not mail lives; made if it is missing.
    package var stateDirectory = "/var/lib/postern"
    package var control = ControlSettings()
    package var policy = PolicySettings()
    /// By name.
    package var credentials: [String: Credential] = [:]
    /// By name; at least one in settings that were loaded.
    package var streams: [String: StreamSettings] = [:]
    /// The names of `streams` in the order of the file.
    package var streamNames: [String] = []
    /// The first that matches names the stream.
    package var routes: [Route] = []
    /// The stream of mail without a route; nil: such mail is refused.
    package var defaultStream: String?
    package var reports = ReportSettings()
    package var log = LogSettings()
    /// The file, as whoever loaded it called it.
    package var path = ""
    /// A short hash of the file's bytes, for `POSTERN_CONFIG`.
    package var fingerprint = ""

    package init(hostname: String, postmaster: Address) {
        self.hostname = hostname
        self.postmaster = postmaster
    }
}

/// Where accepted mail is kept.
package struct SpoolSettings: Hashable, Sendable {
    package var directory = "/var/spool/postern"
    /// Below this much free space MAIL is answered 452.
    package var minimumFreeByteCount = 512 << 20
    /// How long failed mail is kept for another try; zero: it goes at once.
    package var keepFailed = Duration.zero

    package init() {}
}

/// The operator's socket.
package struct ControlSettings: Hashable, Sendable {
    package var socketPath = "/run/postern/control.sock"
    /// Lets the daemon's own user drive it; for a daemon started by hand.
    package var allowsOwnUser = false

    package init() {}
}

/// How delivery reports go out.
package struct ReportSettings: Hashable, Sendable {
    /// Never nil in settings that were loaded: `default_stream` unless the file names another.
    package var stream: String?
    /// Stands in for `<>` where a provider refuses that.
    package var sender: Address?

    package init() {}
}

/// Where events are told, and how many of them.
package struct LogSettings: Hashable, Sendable {
    package enum Destination: String, Hashable, Sendable, CaseIterable {
        /// The journal where there is one, else standard error.
        case auto
        case journal
        case stderr
    }

    /// The least severe level that is told.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case error
        case warning
        case notice
        case info
        case debug
    }

    package var destination = Destination.auto
    package var level = Level.notice
    /// Tells SMTP dialogues, without secrets.
    package var protocolDialogue = false

    package init() {}
}
