/// What the contract names and this version does not do: refused like anything unknown, with a word of hope.
enum LaterKeys {
    /// Whether a dotted key, or one above it, is named by the contract.
    static func contains(_ pattern: String) -> Bool { keys.contains(pattern) }

    static let mechanisms = [
        "scram-sha-1", "scram-sha-256", "cram-md5", "xoauth2", "oauthbearer", "external",
    ]

    private static let keys: Set<String> = Set(
        topLevel + listener.map { "listeners.*." + $0 } + stream.map { "streams.*." + $0 }
            + smartHost.map { "streams.*.smarthosts.*." + $0 }
            + ["credentials.*.oauth2", "routes.*.user", "reports.limit"])

    private static let topLevel = [
        "identities", "evidence", "metrics",
    ]

    private static let listener = [
        "tls_minimum", "auth", "auth_without_tls", "users", "proxies", "legacy", "limits",
    ]

    private static let smartHost = [
        "pin_sha256", "client_certificate", "client_key", "provider", "source_address", "ehlo",
    ]

    private static let stream =
        smartHost + [
            "balance", "from_domains", "from_mismatch", "rewrite_from", "clients", "users", "headers.require",
            "dkim", "pipeline", "rate", "rate_counts", "guaranteed", "warmup",
        ]
}
