/// A dialogue as a file: `>` lines are the client's, `<` lines the server's, `!` lines settings, `#` lines
/// comments. A client line goes out with CRLF unless it ends with a backslash; `\r \n \0 \\` are escapes.
package struct Transcript: Sendable {
    package enum Step: Hashable, Sendable {
        case client([UInt8])
        case server(String)
    }

    /// Settings in their order, such as `("tls", "required")`.
    package let settings: [String: String]
    package let steps: [Step]

    package init(_ text: String) {
        var settings: [String: String] = [:]
        var steps: [Step] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            let content = line.dropFirst(line.dropFirst().first == " " ? 2 : 1)
            switch line.first {
            case ">": steps.append(.client(Self.bytes(content)))
            case "<": steps.append(.server(String(content)))
            case "!":
                let words = content.split(separator: " ", maxSplits: 1)
                settings[String(words[0])] = words.count == 2 ? String(words[1]) : ""
            case "#": break
            default: preconditionFailure("a transcript line begins with one of > < ! #: \(line)")
            }
        }
        self.settings = settings
        self.steps = steps
    }

    private static func bytes(_ line: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "0"): bytes.append(0)
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case nil: return bytes
            case let other?: preconditionFailure("unknown escape \\\(Character(Unicode.Scalar(other)))")
            }
        }
        return bytes + [0x0D, 0x0A]
    }
}
