/// What libyaml says is wrong, in words for somebody who edits a configuration and not a grammar. They never quote the
/// file, so nothing secret is told.
enum YAMLProblem {
    /// `byte` is what stands there; `context` where what could not be finished begins.
    static func text(_ words: String, at byte: UInt8?, context: Place) -> String {
        "not YAML: " + (byte == UInt8(ascii: "\t") ? tab : explained(words, context))
    }

    /// The file is no text.
    static func unreadable(_ words: String) -> String {
        words.contains("control characters")
            ? "not text: control characters are not allowed" : "not UTF-8 text; save the file as UTF-8"
    }

    private static let tab = "a tab; indent with spaces"

    private static func explained(_ words: String, _ context: Place) -> String {
        let start = "line \(context.line), column \(context.column)"
        switch words {
        case "mapping values are not allowed in this context":
            return "a second \": \" on one line, or wrong indentation; text with \": \" in it needs quotes"
        case "found character that cannot start any token":
            return "a character that no value begins with; put the value in quotes"
        case "did not find expected ',' or ']'": return "the list that begins at \(start) has no \"]\""
        case "did not find expected ',' or '}'": return "the mapping that begins at \(start) has no \"}\""
        case "found unexpected end of stream": return "the quote that begins at \(start) has no end"
        case "did not find expected key":
            return "no key here; perhaps the indentation is wrong, or a quote before it has no end"
        case "could not find expected ':'": return "a line that is not KEY: VALUE"
        case "did not find expected node content": return "a value is missing"
        case "did not find expected '-' indicator": return "an item of this list needs \"- \" before it"
        default: return words.isEmpty ? "not understood" : words
        }
    }
}
