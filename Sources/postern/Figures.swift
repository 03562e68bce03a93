import MailSyntax
import RelayEvents

/// Figures as a person reads them.
enum Figures {
    /// `512 B`, `4.0 KiB`, `120 KiB`, `2.5 MiB`.
    static func size(_ byteCount: Int) -> String {
        guard byteCount >= 1024 else { return "\(byteCount) B" }
        var tenths = byteCount * 10 / 1024
        for unit in ["KiB", "MiB"] {
            if tenths < 1000 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            if tenths < 10_240 { return "\(tenths / 10) \(unit)" }
            tenths /= 1024
        }
        return "\(tenths / 10) GiB"
    }

    /// The time since then.
    static func age(_ rfc3339: String, now: Timestamp) -> String {
        guard let time = Timestamp(rfc3339: rfc3339) else { return "?" }
        return (now - time).briefly
    }

    /// The minute, in UTC: `2026-11-21 13:05 UTC`.
    static func moment(_ rfc3339: String) -> String {
        rfc3339.count >= 16 ? rfc3339.prefix(10) + " " + rfc3339.dropFirst(11).prefix(5) + " UTC" : rfc3339
    }

    /// The time of day: `13:05:42 UTC`.
    static func clock(_ time: Timestamp) -> String { time.rfc3339.dropFirst(11).prefix(8) + " UTC" }

    /// The time until then: `5 min`, `now`, or `-` for never.
    static func untilNext(_ rfc3339: String?, now: Timestamp) -> String {
        guard let time = rfc3339.flatMap(Timestamp.init(rfc3339:)) else { return "-" }
        return time <= now ? "now" : (time - now).briefly
    }
}
