import MailSyntax

// Each key that is built, with the reader of its value. Defaults are the initial values of the properties.

extension Settings {
    static let keys: [Key<Settings>] = [
        Key("hostname", \.hostname, .hostname),
        Key("postmaster", \.postmaster, .address, isRequired: true),
        Key("origin", orNull: \.chosenOrigin, .origin),
        Key("aliases", orNull: \.aliasFile, .aliases),
        Key("local_domains", orNull: \.chosenLocalDomains, .list(.domain)),
        Key("sender_rewrite", \.senderRewrites, .senderRewrites),
        Key("listeners", \.listeners, .listeners),
        Key("spool", section: \.spool, SpoolSettings.keys),
        Key("state", section: \.self, stateKeys),
        Key("control", section: \.control, ControlSettings.keys),
        Key("policy", section: \.policy, PolicySettings.keys),
        Key("credentials", \.credentialList, .credentials),
        Key("streams", \.streamList, .streams, isRequired: true),
        Key("routes", \.routes, .routes),
        Key("default_stream", orNull: \.defaultStream, .reference(.stream)),
        Key("reports", section: \.reports, ReportSettings.keys),
        Key("log", section: \.log, LogSettings.keys),
    ]

    private static let stateKeys: [Key<Settings>] = [Key("directory", \.stateDirectory, .path())]

    private var aliasFile: AliasTable? {
        get { aliases }
        set { aliases = newValue ?? AliasTable() }
    }

    private var credentialList: [Credential] {
        get { Array(credentials.values) }
        set { credentials = Dictionary(newValue.map { ($0.name, $0) }) { first, _ in first } }
    }

    private var streamList: [StreamSettings] {
        get { streamNames.compactMap { streams[$0] } }
        set {
            streamNames = newValue.map(\.name)
            streams = Dictionary(newValue.map { ($0.name, $0) }) { first, _ in first }
        }
    }
}

extension SpoolSettings {
    static let keys: [Key<SpoolSettings>] = [
        Key("directory", \.directory, .path()),
        Key("min_free", \.minimumFreeByteCount, .byteCount(0...1 << 50)),
        Key("keep_failed", \.keepFailed, .duration(.zero ... .seconds(365 * 86_400))),
    ]
}

extension ControlSettings {
    static let keys: [Key<ControlSettings>] = [
        Key("socket", \.socketPath, .path(byteCountLimit: Limits.socketPathByteCount)),
        Key("allow_own_user", \.allowsOwnUser, .bool),
    ]
}

extension ReportSettings {
    static let keys: [Key<ReportSettings>] = [
        Key("stream", orNull: \.stream, .reference(.stream)),
        Key("sender", orNull: \.sender, .address),
    ]
}

extension LogSettings {
    static let keys: [Key<LogSettings>] = [
        Key("to", \.destination, .choice()),
        Key("level", \.level, .choice()),
        Key("protocol", \.protocolDialogue, .bool),
    ]
}

extension Credential {
    static let keys: [Key<Credential>] = [
        Key("username", \.username, .line("a name", byteCountLimit: 255), isRequired: true),
        Key("secret", \.secret, .secret, isRequired: true),
        Key("mechanism", \.mechanism, .choice(later: LaterKeys.mechanisms)),
    ]
}

extension Reader where Value == [Credential] {
    fileprivate static var credentials: Reader {
        .named(.credential, Credential.keys, isEmptyAllowed: true) {
            Credential(name: $0, username: "", secret: SecretSource(paths: []))
        }
    }
}

extension Route {
    fileprivate var matchesEverything: Bool {
        sender == nil && from == nil && recipient == nil && headers.isEmpty && client == nil
            && listener == nil
    }

    static let keys: [Key<Route>] = [
        Key("sender", orNull: \.sender, .glob),
        Key("from", orNull: \.from, .glob),
        Key("recipient", orNull: \.recipient, .glob),
        Key("header", \.headers, .headerFields(.glob) { HeaderCondition(name: $0, value: $1) }),
        Key("client", orNull: \.client, .network),
        Key("listener", orNull: \.listener, .reference(.listener)),
        Key("stream", \.stream, .reference(.stream), isRequired: true),
    ]
}

extension Reader where Value == [Route] {
    fileprivate static var routes: Reader {
        let route = Reader<Route>.mapping(Route.keys) { Route(stream: "") }
        let placed = Reader<Route>(below: route.below) { item, reading in
            var read = route.read(item, &reading)
            read?.line = item.node.place.line
            return read
        }
        return Reader.list(placed).checked {
            routes, item, reading in
            guard !reading.hasErrors, let last = routes.firstIndex(where: \.matchesEverything) else { return }
            guard last + 1 < routes.count else { return }
            reading.warning(item, "what follows routes[\(last + 1)] is never reached: it has no condition")
        }
    }
}
