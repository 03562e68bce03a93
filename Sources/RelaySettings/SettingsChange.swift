/// What differs between the settings in force and others that are to take their place. Pure.
package struct SettingsChange: Hashable, Sendable {
    /// What changed, as a person finds it in the file: `streams.office`, `routes`. In the order of the file's sections.
    package let parts: [String]
    /// Changed keys that a running daemon cannot take up: they are bound once, at the start.
    package let boundKeys: [String]

    package init(from old: Settings, to new: Settings) {
        parts =
            Self.sections.filter { $0.differs(old, new) }.map(\.name)
            + Self.names("listeners", Self.listeners(old), Self.listeners(new))
            + Self.names("credentials", old.credentials, new.credentials)
            + Self.names("streams", old.streams, new.streams)
        boundKeys = Self.bound.filter { $0.differs(old, new) }.map(\.name)
    }

    private struct Part: Sendable {
        let name: String
        let differs: @Sendable (Settings, Settings) -> Bool

        init<Value: Equatable & SendableMetatype>(
            _ name: String, _ value: @escaping @Sendable (Settings) -> Value
        ) {
            self.name = name
            differs = { value($0) != value($1) }
        }
    }

    private static let sections = [
        Part("hostname") { $0.hostname },
        Part("postmaster") { $0.postmaster },
        Part("origin") { $0.chosenOrigin },
        Part("aliases") { $0.aliases },
        Part("local_domains") { $0.chosenLocalDomains },
        Part("sender_rewrite") { $0.senderRewrites },
        Part("policy") { $0.policy },
        Part("routes") { $0.routes.map(\.unplaced) },
        Part("default_stream") { $0.defaultStream },
        Part("reports") { $0.reports },
        Part("log") { $0.log },
    ]

    private static let bound = [
        Part("spool.directory") { $0.spool.directory },
        Part("spool.min_free") { $0.spool.minimumFreeByteCount },
        Part("spool.keep_failed") { $0.spool.keepFailed },
        Part("state.directory") { $0.stateDirectory },
        Part("control.socket") { $0.control.socketPath },
        Part("control.allow_own_user") { $0.control.allowsOwnUser },
        Part("log.to") { $0.log.destination },
    ]

    private static func listeners(_ settings: Settings) -> [String: ListenerSettings] {
        Dictionary(settings.listeners.map { ($0.name, $0) }) { first, _ in first }
    }

    private static func names<Value: Equatable>(
        _ section: String, _ old: [String: Value], _ new: [String: Value]
    ) -> [String] {
        Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted().map { "\(section).\($0)" }
    }
}
