/// Blanks out comments and the contents of string literals; lines stay where they are.
///
/// What stands in an interpolation is blanked as well, which is good enough for counting words and braces.
enum CodeText {
    static func strip(_ text: String) -> String {
        var rest = Array(text.utf8)[...]
        var out: [UInt8] = []
        while let byte = rest.first {
            if !special.contains(byte) {
                let plain = rest.prefix { !special.contains($0) }
                out += plain
                rest = rest.dropFirst(plain.count)
            } else if rest.starts(with: "//".utf8) {
                skip(&rest, into: &out) { $0.first == newline }
            } else if rest.starts(with: "/*".utf8) {
                skip(&rest, into: &out) { $0.starts(with: "*/".utf8) }
            } else if let hashes = literalHashes(rest) {
                skipLiteral(&rest, hashes: hashes, into: &out)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// What a comment or a literal may begin with.
    private static let special = Array("/#\"".utf8)
    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    private static func skip(
        _ rest: inout ArraySlice<UInt8>, into out: inout [UInt8], until isEnd: (ArraySlice<UInt8>) -> Bool
    ) {
        while let byte = rest.first, !isEnd(rest) {
            if byte == newline { out.append(byte) }
            rest = rest.dropFirst()
        }
    }

    /// How many number signs stand before the quote that begins here; nil if no literal begins here.
    private static func literalHashes(_ rest: ArraySlice<UInt8>) -> Int? {
        let hashes = rest.prefix { $0 == UInt8(ascii: "#") }.count
        return rest.dropFirst(hashes).first == quote ? hashes : nil
    }

    private static func skipLiteral(_ rest: inout ArraySlice<UInt8>, hashes: Int, into out: inout [UInt8]) {
        let signs = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        rest = rest.dropFirst(hashes)
        let isLong = rest.starts(with: [quote, quote, quote]) && rest.dropFirst(3).first != quote
        let fence = [UInt8](repeating: quote, count: isLong ? 3 : 1)
        rest = rest.dropFirst(fence.count)
        out += [quote]
        while let byte = rest.first, !rest.starts(with: fence + signs) {
            if byte == newline { out.append(byte) }
            let isEscape = byte == backslash && rest.dropFirst().starts(with: signs)
            if isEscape, rest.dropFirst(1 + hashes).first == UInt8(ascii: "(") {
                rest = rest.dropFirst(1 + hashes)
                skipInterpolation(&rest, into: &out)
            } else {
                rest = rest.dropFirst(isEscape ? 1 + hashes : 1)
                if isEscape { skipCharacter(&rest, into: &out) }
            }
        }
        rest = rest.dropFirst(fence.count + hashes)
        out += [quote]
    }

    private static func skipCharacter(_ rest: inout ArraySlice<UInt8>, into out: inout [UInt8]) {
        if rest.first == newline { out.append(newline) }
        rest = rest.dropFirst()
    }

    /// From the opening parenthesis behind the closing one; literals inside may hold parentheses.
    private static func skipInterpolation(_ rest: inout ArraySlice<UInt8>, into out: inout [UInt8]) {
        var depth = 0
        while let byte = rest.first {
            if let hashes = literalHashes(rest) {
                var ignored: [UInt8] = []
                skipLiteral(&rest, hashes: hashes, into: &ignored)
                out += ignored.filter { $0 == newline }
                continue
            }
            if byte == newline { out.append(byte) }
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            rest = rest.dropFirst()
            if depth == 0 { return }
        }
    }
}
