import MailSyntax

extension StreamSettings {
    /// The smart hosts come last: they inherit what the other keys say.
    static let keys: [Key<StreamSettings>] =
        SmartHostSettings.inheritedKeys.map { $0.within(\.smartHostDefaults) } + [
            Key("return_path", orNull: \.returnPath, .returnPath),
            Key("headers", section: \.self, headerKeys),
            Key("received", \.received, .choice()),
            Key("connections", \.connectionLimit, .count(1...1000)),
            Key("messages_per_connection", \.messagesPerConnection, .count(1...1_000_000)),
            Key("retry", \.retry, .list(.duration(.seconds(1)...days(30)), isEmptyAllowed: false)),
            Key("expire", \.expire, .duration(.seconds(1)...days(365))),
            Key("warn_after", \.warnAfter, .duration(.zero...days(365))),
            Key("recipients_per_message", \.recipientsPerMessage, .count(1...10_000)),
            Key("max_message_size", orNull: \.maxMessageByteCount, .byteCount(1 << 10...4 << 30)),
            Key("max_queued", \.queuedCountLimit, .count(0...10_000_000)),
            Key("max_queued_bytes", \.queuedByteCountLimit, .byteCount(0...1 << 50)),
            Key("on_uncertain", \.onUncertain, .choice()),
            smartHostsKey,
        ]

    private static let headerKeys: [Key<StreamSettings>] = [
        Key("add", \.headerAdditions, .headerFields(.headerValue) { HeaderAddition(name: $0, value: $1) }),
        Key("remove", \.headerRemovals, .list(.headerName)),
    ]

    private static let smartHostsKey = Key<StreamSettings>(
        "smarthosts", isRequired: true,
        below: [""] + SmartHostSettings.keys.flatMap(\.dotted).map { "*." + $0 }
    ) { item, reading, stream in
        let defaults = stream.smartHostDefaults
        let hosts = Reader.list(.smartHost(defaults), isEmptyAllowed: false)
        stream.smartHosts = hosts.read(item, &reading) ?? []
    }

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    fileprivate func check(_ item: Item, _ reading: inout Reading) {
        guard warnAfter >= expire, let place = item.place(of: "warn_after") else { return }
        reading.warning("\(item.path): warn_after is not before expire, so no sender is warned", at: place)
    }
}

extension Reader where Value == [StreamSettings] {
    static var streams: Reader {
        .named(.stream, StreamSettings.keys) {
            StreamSettings(name: $0)
        } check: {
            $0.check($1, &$2)
        }
    }
}

extension Reader where Value == String {
    fileprivate static var headerValue: Reader {
        .line("the value of a header field", byteCountLimit: Limits.headerValueByteCount)
    }
}

extension SmartHostSettings {
    static let keys: [Key<SmartHostSettings>] =
        [Key("host", \.endpoint, .endpoint, isRequired: true)] + inheritedKeys

    /// What a stream says for all its smart hosts, and each of them for itself.
    static let inheritedKeys: [Key<SmartHostSettings>] = [
        Key("tls", orNull: \.chosenTLS, .choice()),
        Key("tls_verify", \.verify, .choice(later: ["pin", "dane"])),
        Key("ca_file", orNull: \.caFile, .file),
        Key("credential", orNull: \.credential, .reference(.credential)),
        Key("timeouts", section: \.timeouts, Timeouts.keys),
    ]

    private var endpoint: Endpoint {
        get { Endpoint(host: host, port: port) }
        set {
            host = newValue.host
            port = newValue.port ?? Self.submissionPort
        }
    }

    /// A secret goes only where it stays secret.
    fileprivate func check(_ item: Item, _ reading: inout Reading) {
        guard let credential, !Endpoint.isLoopback(host) else { return }
        let danger =
            switch (tls, verify) {
            case (.off, _): "with tls: off anybody on the way could read"
            case (_, .off): "with tls_verify: off anybody on the way could take"
            case (_, .hostname): nil as String?
            }
        if let danger { reading.error(item, "\(danger) the secret of credential \(quoted(credential))") }
    }
}

extension SmartHostSettings.Timeouts {
    static let keys: [Key<Self>] = [
        Key("connect", \.connect, .duration(.seconds(1) ... .seconds(600))),
        Key("command", \.command, .duration(.seconds(1) ... .seconds(3600))),
        Key("final_dot", \.finalDot, .duration(.seconds(1) ... .seconds(3600))),
    ]
}

extension Reader where Value == Endpoint {
    fileprivate static var endpoint: Reader {
        .scalar("a host such as smtp.office.example:587") { text in
            Endpoint(text).flatMap { $0.port == 0 ? nil : $0 }
        }
    }
}

extension Reader where Value == SmartHostSettings {
    /// A string inherits everything, a mapping what it does not say itself.
    fileprivate static func smartHost(_ defaults: SmartHostSettings) -> Reader {
        Reader { item, reading in
            var host = defaults
            let before = reading.errorCount
            reading.read(item.standingFor("host"), into: &host, SmartHostSettings.keys)
            if reading.errorCount == before { host.check(item, &reading) }
            return host
        }
    }
}
