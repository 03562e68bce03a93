extension Detector {
    /// The value that begins at `start`, which stands behind no letter or digit.
    func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        switch self {
        case .cardNumber: CardNumber.value(in: text, at: start)
        case .iban: IBAN.value(in: text, at: start)
        case .socialSecurityUS: SocialSecurityUS.value(in: text, at: start)
        case .citizenServiceNL: CitizenServiceNL.value(in: text, at: start)
        case .privateKey: PrivateKeyHead.value(in: text, at: start)
        }
    }
}

/// Digits in groups with one blank or hyphen between them.
private struct DigitRun {
    private(set) var digits: [UInt8] = []
    /// A letter or a digit follows, or a decimal part: the run is a piece of something else.
    private(set) var isCut = false

    /// Up to `limit` digits; nil: none stands here, or the run is inside a longer one.
    init?(_ text: UnsafeBufferPointer<UInt8>, at start: Int, limit: Int) {
        guard ASCII.isDigit(text[start]), !Self.isInsideNumber(text, start) else { return nil }
        var place = start
        while place < text.count {
            if ASCII.isDigit(text[place]) {
                digits.append(text[place])
                place += 1
            } else if Self.isSeparator(text[place]), place + 1 < text.count, ASCII.isDigit(text[place + 1]) {
                place += 1
            } else {
                break
            }
            guard digits.count <= limit else { return nil }
        }
        isCut = place < text.count && DetectorScan.isWordByte(text[place])
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == UInt8(ascii: "-")
    }

    /// `12 4111…` and `1-4111…` are longer runs.
    private static func isInsideNumber(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start > 0 else { return false }
        if ASCII.isDigit(text[start - 1]) { return true }
        return start > 1 && isSeparator(text[start - 1]) && ASCII.isDigit(text[start - 2])
    }
}

enum CardNumber {
    static func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        guard let run = DigitRun(text, at: start, limit: 19), !run.isCut, isCard(run.digits) else {
            return nil
        }
        return run.digits
    }

    /// Issuer, length and check digit.
    static func isCard(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 13, isIssued(digits), Set(digits).count > 1 else { return false }
        return luhnSum(digits) % 10 == 0
    }

    private static func luhnSum(_ digits: [UInt8]) -> Int {
        digits.reversed().enumerated().reduce(0) { sum, digit in
            let value = Int(digit.element - 0x30)
            guard digit.offset % 2 == 1 else { return sum + value }
            return sum + (value > 4 ? 2 * value - 9 : 2 * value)
        }
    }

    /// The ranges of the large issuers (ISO/IEC 7812), by their first digits and the lengths in use.
    private static func isIssued(_ digits: [UInt8]) -> Bool {
        let prefix = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let count = digits.count
        switch prefix {
        case 4000...4999: return count == 13 || count == 16 || count == 19
        case 5100...5599, 2221...2720: return count == 16
        case 3400...3499, 3700...3799: return count == 15
        case 3000...3059, 3095, 3600...3699, 3800...3999: return count >= 14
        case 3528...3589: return count >= 16
        case 6011, 6440...6599, 6200...6299, 8100...8199: return count >= 16
        case 5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763: return true
        default: return false
        }
    }
}

enum IBAN {
    static func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        guard start + 15 <= text.count, isLetter(text[start]), isLetter(text[start + 1]),
            ASCII.isDigit(text[start + 2]), ASCII.isDigit(text[start + 3])
        else { return nil }
        let country = String(decoding: [upper(text[start]), upper(text[start + 1])], as: UTF8.self)
        guard let count = lengths[country], let value = letters(text, start, count) else { return nil }
        return remainder(value) == 1 ? value : nil
    }

    /// So many letters and digits, blanks between them left out; nothing of the kind may follow.
    private static func letters(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> [UInt8]? {
        var value: [UInt8] = []
        var place = start
        while value.count < count, place < text.count {
            if text[place] == ASCII.space, place + 1 < text.count, text[place + 1] != ASCII.space {
                place += 1
                continue
            }
            guard isLetter(text[place]) || ASCII.isDigit(text[place]) else { return nil }
            value.append(upper(text[place]))
            place += 1
        }
        let isWhole = value.count == count && (place == text.count || !DetectorScan.isWordByte(text[place]))
        return isWhole ? value : nil
    }

    /// Modulo 97, the first four at the end, letters from 10 (ISO 7064).
    static func remainder(_ value: [UInt8]) -> Int {
        (value.dropFirst(4) + value.prefix(4)).reduce(0) { remainder, byte in
            ASCII.isDigit(byte)
                ? (remainder * 10 + Int(byte) - 0x30) % 97 : (remainder * 100 + Int(byte) - 0x41 + 10) % 97
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
    private static func upper(_ byte: UInt8) -> UInt8 { byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte }

    /// Of the countries in the registry.
    private static let lengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27,
        "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28,
        "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
        "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27,
        "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25,
        "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18,
        "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33,
        "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
        "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    ]
}

enum SocialSecurityUS {
    static func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        guard start + 11 <= text.count, let run = DigitRun(text, at: start, limit: 9), run.digits.count == 9,
            !run.isCut
        else { return nil }
        // Three, two and four digits; nine in a row are too many other things.
        let separator = text[start + 3]
        guard !ASCII.isDigit(separator), text[start + 6] == separator, isGiven(run.digits) else { return nil }
        return run.digits
    }

    private static func isGiven(_ digits: [UInt8]) -> Bool {
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000)
        return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
    }
}

enum CitizenServiceNL {
    static func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        guard let run = run(text, start), !run.isCut, run.digits.count == 9, Set(run.digits).count > 1 else {
            return nil
        }
        return elevenSum(run.digits) % 11 == 0 ? run.digits : nil
    }

    private static func run(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> DigitRun? {
        DigitRun(text, at: start, limit: 9)
    }

    /// Weights 9 to 2, and minus 1 for the last.
    private static func elevenSum(_ digits: [UInt8]) -> Int {
        digits.enumerated().reduce(0) { $0 + Int($1.element - 0x30) * ($1.offset == 8 ? -1 : 9 - $1.offset) }
    }
}

enum PrivateKeyHead {
    static func value(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> [UInt8]? {
        let line = text[start..<min(start + 64, text.count)]
        return heads.first { line.starts(with: $0) }
    }

    private static let heads = [
        "-----BEGIN PRIVATE KEY-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----", "-----BEGIN DSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
        "PuTTY-User-Key-File-",
    ].map { Array($0.utf8) }
}
