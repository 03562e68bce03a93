import Glibc
import MailSyntax
import RelaySettings
import SieveEngine

/// What scripts see around a message: the relay's name, the client, the lists of the configuration.
struct Surroundings: Sendable {
    /// The item that says when a script runs.
    static let hook = "vnd.postern.hook"

    private let host: String
    private let domain: String
    private let lists: [String: SieveList]

    init(_ settings: Settings, lists: [String: SieveList]) {
        host = settings.hostname
        domain = settings.localAddresses.origin
        self.lists = lists
    }

    /// For one message, or one RCPT; `hook` is what `environment "vnd.postern.hook"` says.
    func context(
        _ envelope: Envelope, _ origin: Origin, hook: String, id: String = "", memory: (any SieveMemory)?
    ) -> SieveContext {
        var context = SieveContext(time: origin.receivedAt)
        context.zoneMinutes = Self.zoneMinutes(at: origin.receivedAt)
        context.lists = lists
        context.memory = memory
        var items = [
            "name": "postern", "location": "MTA", "phase": "pre", "host": host, "domain": domain,
            "remote-ip": origin.client, Self.hook: hook, "vnd.postern.listener": origin.listener,
            "vnd.postern.helo": origin.heloName, "vnd.postern.auth-user": origin.user ?? "",
            "vnd.postern.tls": origin.tls ?? "",
            "vnd.postern.rcpt-count": "\(envelope.recipients.count)",
            "vnd.postern.released": hook == JudgedMessage.Occasion.release.rawValue ? "yes" : "no",
        ]
        if !id.isEmpty { items["vnd.postern.queue-id"] = id }
        context.environment = items
        return context
    }

    /// What programs know of a message beside its bytes; of recipients, what a script tells them.
    static func programEnvironment(_ message: JudgedMessage) -> [String: String] {
        [
            "SENDER": message.envelope.sender?.description ?? "", "CLIENT_IP": message.origin.client,
            "AUTH_USER": message.origin.user ?? "", "QUEUE_ID": message.id,
            "HOOK": message.occasion.rawValue,
        ]
    }

    /// East of UTC, as the machine's clocks on the wall show it.
    private static func zoneMinutes(at time: Timestamp) -> Int {
        var seconds = time_t(time.millisecondsSince1970 / 1000)
        var parts = tm()
        return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff / 60
    }
}
