/// The character sets that headers of office mail come in.
enum Charset {
    case utf8
    case latin1
    case latin9
    case windows1252

    /// By its name in lower case; nil: it is not known here.
    init?(name: String) {
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
        case "iso-8859-1", "iso8859-1", "latin1": self = .latin1
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9": self = .latin9
        case "windows-1252", "cp1252": self = .windows1252
        default: return nil
        }
    }

    /// The bytes of a text in this set as UTF-8.
    func utf8(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .utf8: bytes
        case .latin1: Self.convert(bytes) { UInt16($0) }
        case .latin9: Self.convert(bytes) { Self.latin9Differences[$0] ?? UInt16($0) }
        case .windows1252:
            Self.convert(bytes) { 0x80..<0xA0 ~= $0 ? Self.windows[Int($0) - 0x80] : UInt16($0) }
        }
    }

    private static func convert(_ bytes: [UInt8], _ number: (UInt8) -> UInt16) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(number(byte)) ?? "\u{FFFD}") }
        return Array(String(text).utf8)
    }

    /// Where ISO-8859-15 differs from ISO-8859-1.
    private static let latin9Differences: [UInt8: UInt16] = [
        0xA4: 0x20AC, 0xA6: 0x0160, 0xA8: 0x0161, 0xB4: 0x017D, 0xB8: 0x017E, 0xBC: 0x0152, 0xBD: 0x0153,
        0xBE: 0x0178,
    ]

    /// What windows-1252 has from 0x80 to 0x9F; five of them are not in use and stay what they are.
    private static let windows: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
        0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]
}
