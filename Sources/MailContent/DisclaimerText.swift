/// Text on its way into a part.
enum DisclaimerText {
    /// Every line end as CRLF.
    static func crlfLines(_ bytes: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count + bytes.count / 32)
        for (index, byte) in bytes.enumerated() {
            if byte == ASCII.lineFeed, index == 0 || bytes[index - 1] != ASCII.carriageReturn {
                lines.append(ASCII.carriageReturn)
            }
            lines.append(byte)
        }
        return lines
    }

    /// Plain text as HTML that looks like it.
    static func html(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.reduce(into: "") { escaped, character in
                switch character {
                case "&": escaped += "&amp;"
                case "<": escaped += "&lt;"
                case ">": escaped += "&gt;"
                case "\r": break
                default: escaped.append(character)
                }
            }
        }
        return "<p>" + lines.joined(separator: "<br>\n") + "</p>"
    }

    /// HTML of any characters as HTML in ASCII, which has the same bytes in nearly every character set.
    static func ascii(_ html: [UInt8]) -> [UInt8] {
        String(decoding: html, as: UTF8.self).unicodeScalars.reduce(into: []) { bytes, scalar in
            bytes +=
                scalar.isASCII ? [UInt8(truncatingIfNeeded: scalar.value)] : Array("&#\(scalar.value);".utf8)
        }
    }

    /// The addition as lines of their own at this place of a text.
    static func fitted(_ addition: [UInt8], into text: ArraySlice<UInt8>, at place: Int) -> [UInt8] {
        var bytes = addition
        while let last = bytes.last, ASCII.isLineEnd(last) { bytes.removeLast() }
        if place > text.startIndex, text[place - 1] != ASCII.lineFeed {
            bytes = ASCII.lineEnd + bytes
            // The line end before a boundary is the boundary's: at the end none is wanted.
            return place == text.endIndex ? bytes : bytes + ASCII.lineEnd
        }
        return bytes + ASCII.lineEnd
    }

    /// The place of the last `</body`, or the end if the text has none.
    static func endOfBody(_ html: ArraySlice<UInt8>) -> Int {
        let tag = Array("</body".utf8)
        var place = html.endIndex - tag.count
        while place >= html.startIndex {
            if html[place] == ASCII.less,
                html[place..<(place + tag.count)].elementsEqual(tag, by: { ASCII.lower($0) == $1 })
            {
                return place
            }
            place -= 1
        }
        return html.endIndex
    }

    /// The text is signed or encrypted in itself.
    static func holdsArmour(_ content: [UInt8]) -> Bool {
        let mark = Array("-----BEGIN PGP ".utf8)
        var place = content.startIndex
        while let found = content[place...].firstIndex(of: ASCII.hyphen) {
            if content[found...].starts(with: mark), found == 0 || content[found - 1] == ASCII.lineFeed {
                return true
            }
            place = content[found...].firstIndex { $0 != ASCII.hyphen } ?? content.endIndex
        }
        return false
    }
}
