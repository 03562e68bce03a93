/// A character set that mail comes in: the usual ones by tables of our own, the rest by the C library.
package struct Charset: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// UTF-8 and what is a part of it.
        case utf8
        /// One byte a character, ASCII below 0x80: the characters from 0x80 on.
        case table([UInt16])
        /// By this name of the C library.
        case library(String)
    }

    let kind: Kind

    /// By its name in any case; nil: it is not known, or not one for mail.
    package init?(name: String) {
        let name = ASCII.lowercased(name.utf8)
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968": kind = .utf8
        case "iso-8859-1", "iso8859-1", "latin1": kind = .table(Self.latin1)
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9": kind = .table(Self.latin9)
        case "windows-1252", "cp1252": kind = .table(Self.windows1252)
        default:
            guard name.utf8.count <= Limits.charsetNameByteCount, Self.isForMail(name),
                Iconv.knows(Self.libraryNames[name] ?? name)
            else { return nil }
            kind = .library(Self.libraryNames[name] ?? name)
        }
    }

    /// The bytes of a whole text as UTF-8.
    package func utf8(_ bytes: [UInt8]) -> [UInt8] {
        guard var decoder = CharsetDecoder(self) else { return bytes }
        var output: [UInt8] = []
        decoder.decode(bytes[...], isLast: true, into: &output)
        return output
    }

    /// UTF-8 as bytes of this set; nil: it lacks one of the characters.
    package func encode(_ text: [UInt8]) -> [UInt8]? {
        switch kind {
        case .utf8: return text
        case .table(let table):
            var bytes: [UInt8] = []
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                if scalar.isASCII {
                    bytes.append(UInt8(truncatingIfNeeded: scalar.value))
                } else if let place = table.firstIndex(where: { UInt32($0) == scalar.value }) {
                    bytes.append(UInt8(truncatingIfNeeded: place + 0x80))
                } else {
                    return nil
                }
            }
            return bytes
        // The library's encoders are a risk that nobody needs: such a part is written anew in UTF-8.
        case .library: return nil
        }
    }

    /// ASCII text has the same bytes in this set.
    var isASCIIBased: Bool {
        switch kind {
        case .utf8, .table: true
        case .library(let name):
            ["iso-8859-", "windows-12", "cp12", "koi8-", "euc-"].contains {
                ASCII.lowercased(name.utf8).hasPrefix($0)
            }
        }
    }

    /// The library knows a thousand names; these are the families that mail is written in.
    private static func isForMail(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || "-_.:".utf8.contains($0) }
        return isPlain && (families.contains { name.hasPrefix($0) } || libraryNames[name] != nil)
    }

    private static let families = [
        "iso-8859-", "iso8859-", "iso_8859-", "windows-12", "windows-874", "windows-31j", "cp12", "cp4",
        "cp7",
        "cp8", "cp9", "ibm4", "ibm7", "ibm8", "koi8-", "big5", "gb2312", "gbk", "gb18030", "shift_jis",
        "shift-jis", "sjis", "euc-", "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "utf-16", "utf-32", "utf-7",
        "ucs-4", "tis-620", "ks_c_5601", "viscii", "macintosh", "latin",
    ]

    /// Names of mail that the library has under another.
    private static let libraryNames = [
        "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949", "windows-949": "cp949", "x-sjis": "cp932",
        "windows-31j": "cp932", "shift-jis": "shift_jis", "windows-874": "cp874", "x-gbk": "gbk",
        "gb2312": "gbk", "x-euc-jp": "euc-jp", "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "macintosh",
        "utf16": "utf-16", "ucs-2": "utf-16", "iso-8859-8-i": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
        "x-cp1250": "cp1250", "x-cp1251": "cp1251",
    ]

    private static let latin1 = (0x80...0xFF).map { UInt16($0) }

    private static let latin9: [UInt16] = {
        let differences: [(Int, UInt16)] = [
            (0xA4, 0x20AC), (0xA6, 0x0160), (0xA8, 0x0161), (0xB4, 0x017D), (0xB8, 0x017E), (0xBC, 0x0152),
            (0xBD, 0x0153), (0xBE, 0x0178),
        ]
        return differences.reduce(into: latin1) { table, pair in table[pair.0 - 0x80] = pair.1 }
    }()

    /// Five places from 0x80 to 0x9F are not in use and stay what they are.
    private static let windows1252: [UInt16] =
        [
            0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
            0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
            0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
            0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
        ] + latin1[0x20...]
}

extension ContentType {
    /// The character set of a text part; nil: none is named, or none that is known.
    package var charset: Charset? {
        parameters["charset"].flatMap { Charset(name: String(decoding: $0, as: UTF8.self)) }
    }
}
