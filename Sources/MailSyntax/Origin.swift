/// Where a transaction came from: what the Received field, the journal and reports tell of its client.
public struct Origin: Hashable, Sendable {
    /// The client's IP address as text; `local` for mail that we made ourselves.
    public var client: String
    /// The name the client gave in EHLO or HELO.
    public var heloName: String
    /// The name of the listener in the configuration.
    public var listener: String
    /// The user that AUTH named.
    public var user: String?
    /// Protocol and cipher of the client's connection, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`.
    public var tls: String?
    /// The WITH keyword of the Received field: `SMTP`, `ESMTP`, `ESMTPS`, `ESMTPSA` (RFC 3848).
    public var protocolName: String
    /// When the message had arrived.
    public var receivedAt: Timestamp

    /// An origin of its parts.
    public init(
        client: String, heloName: String, listener: String, user: String? = nil, tls: String? = nil,
        protocolName: String, receivedAt: Timestamp
    ) {
        self.client = client
        self.heloName = heloName
        self.listener = listener
        self.user = user
        self.tls = tls
        self.protocolName = protocolName
        self.receivedAt = receivedAt
    }
}
