/// Numbers with their unit, as the configuration writes them.
package enum Units {
    /// `30s`, `15m`, `4h`, `5d`.
    package static func duration(_ text: String) -> Duration? {
        guard let last = text.last, let scale = secondsByUnit[last], let count = Decimal.read(text.dropLast())
        else { return nil }
        let (seconds, isTooLarge) = count.multipliedReportingOverflow(by: scale)
        // Far beyond any limit, and within what Duration's own arithmetic bears.
        return isTooLarge || seconds > Int(UInt32.max) ? nil : .seconds(seconds)
    }

    /// `512 KiB`, `25 MB`; the blank may be left out, and of nothing the unit.
    static func byteCount(_ text: String) -> Int? {
        if text == "0" { return 0 }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        guard let count = Decimal.read(digits), let scale = bytesByUnit[unit] else { return nil }
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: scale)
        return isTooLarge ? nil : bytes
    }

    /// The largest unit that divides it.
    package static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let unit = "dhm".first { seconds != 0 && seconds % Int64(secondsByUnit[$0] ?? 1) == 0 } ?? "s"
        return "\(seconds / Int64(secondsByUnit[unit] ?? 1))\(unit)"
    }

    static func text(byteCount: Int) -> String {
        let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        let fitting = units.first { byteCount != 0 && byteCount % (1 << $0.1) == 0 } ?? ("B", 0)
        return "\(byteCount >> fitting.1) \(fitting.0)"
    }

    private static let secondsByUnit: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    private static let bytesByUnit: [String: Int] = [
        "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
        "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    ]
}
