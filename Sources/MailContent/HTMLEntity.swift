/// References to characters in HTML: `&eacute;`, `&#233;`, `&#xE9;`.
enum HTMLEntity {
    /// The character for what stands between `&` and `;`.
    static func scalar(_ name: [UInt8]) -> Unicode.Scalar? {
        if name.first == UInt8(ascii: "#") { return numbered(name.dropFirst()) }
        return named[String(decoding: name, as: UTF8.self)].flatMap(Unicode.Scalar.init)
    }

    private static func numbered(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let isHex = digits.first.map(ASCII.lower) == UInt8(ascii: "x")
        let text = String(decoding: isHex ? digits.dropFirst() : digits, as: UTF8.self)
        guard let value = UInt32(text, radix: isHex ? 16 : 10) else { return nil }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static let named: [String: UInt32] = {
        var named = others
        for (offset, name) in latin1.split(separator: " ").enumerated() {
            named[String(name)] = 0xA0 + UInt32(offset)
        }
        return named
    }()

    /// From U+00A0 on, in their order.
    private static let latin1 = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
        acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
        Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
        Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig \
        ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide \
        oslash ugrave uacute ucirc uuml yacute thorn yuml
        """

    private static let others: [String: UInt32] = [
        "amp": 0x26, "AMP": 0x26, "lt": 0x3C, "LT": 0x3C, "gt": 0x3E, "GT": 0x3E, "quot": 0x22, "QUOT": 0x22,
        "apos": 0x27, "excl": 0x21, "num": 0x23, "dollar": 0x24, "percnt": 0x25, "lpar": 0x28, "rpar": 0x29,
        "ast": 0x2A, "plus": 0x2B, "comma": 0x2C, "period": 0x2E, "sol": 0x2F, "colon": 0x3A, "semi": 0x3B,
        "equals": 0x3D, "quest": 0x3F, "commat": 0x40, "lsqb": 0x5B, "bsol": 0x5C, "rsqb": 0x5D, "Hat": 0x5E,
        "lowbar": 0x5F, "grave": 0x60, "lcub": 0x7B, "verbar": 0x7C, "rcub": 0x7D, "Tab": 0x09,
        "NewLine": 0x0A,
        "OElig": 0x152, "oelig": 0x153, "Scaron": 0x160, "scaron": 0x161, "Yuml": 0x178, "fnof": 0x192,
        "circ": 0x2C6, "tilde": 0x2DC, "ensp": 0x20, "emsp": 0x20, "thinsp": 0x20, "zwnj": 0x200C,
        "zwj": 0x200D,
        "lrm": 0x200E, "rlm": 0x200F, "hyphen": 0x2010, "dash": 0x2010, "ndash": 0x2013, "mdash": 0x2014,
        "lsquo": 0x2018, "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C, "rdquo": 0x201D, "bdquo": 0x201E,
        "dagger": 0x2020, "Dagger": 0x2021, "bull": 0x2022, "hellip": 0x2026, "permil": 0x2030,
        "prime": 0x2032,
        "lsaquo": 0x2039, "rsaquo": 0x203A, "euro": 0x20AC, "trade": 0x2122, "larr": 0x2190, "uarr": 0x2191,
        "rarr": 0x2192, "darr": 0x2193, "minus": 0x2212, "infin": 0x221E, "asymp": 0x2248, "ne": 0x2260,
        "le": 0x2264, "ge": 0x2265, "spades": 0x2660, "clubs": 0x2663, "hearts": 0x2665, "diams": 0x2666,
        "ZeroWidthSpace": 0x200B,
    ]
}
