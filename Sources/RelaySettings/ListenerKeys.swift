extension ListenerSettings {
    static let keys: [Key<ListenerSettings>] = [
        Key("address", \.addresses, .list(.listenAddress, isEmptyAllowed: false), isRequired: true),
        Key("networks", \.networks, .list(.relayNetwork)),
        Key("tls", \.tls, .choice(later: ["implicit"])),
        Key("certificate", orNull: \.certificateFile, .file),
        Key("key", orNull: \.keyFile, .privateFile),
        Key("max_message_size", \.maxMessageByteCount, .byteCount(1 << 10...4 << 30)),
        Key("max_recipients", \.maxRecipients, .count(1...50_000)),
        Key("max_connections", \.maxConnections, .count(1...50_000)),
        Key("max_connections_per_client", \.maxConnectionsPerClient, .count(1...50_000)),
        Key("timeout", \.timeout, .duration(.seconds(1) ... .seconds(3600))),
    ]

    /// What no key shows by itself.
    fileprivate func check(_ item: Item, _ reading: inout Reading) {
        switch (certificateFile, keyFile) {
        case (.some, nil): reading.error("\(item.path): certificate needs key", at: item.owner)
        case (nil, .some): reading.error("\(item.path): key needs certificate", at: item.owner)
        case (nil, nil): warnOfSelfSigned(item, &reading)
        case (.some, .some): break
        }
    }

    /// Where nobody asked for TLS and nobody else can listen in, a certificate made on the spot is good enough.
    private func warnOfSelfSigned(_ item: Item, _ reading: inout Reading) {
        let isAsked = item.place(of: "tls") != nil
        let isLocal = addresses.allSatisfy { Endpoint.isLoopback($0.host) }
        guard tls != .off, isAsked || !isLocal else { return }
        reading.warning(
            "\(item.path): without certificate and key, TLS uses a self-signed certificate that clients cannot verify",
            at: item.place(of: "tls") ?? item.owner)
    }
}

extension Reader where Value == [ListenerSettings] {
    static var listeners: Reader {
        .named(.listener, ListenerSettings.keys) {
            ListenerSettings(name: $0)
        } check: {
            $0.check($1, &$2)
        }
    }
}
