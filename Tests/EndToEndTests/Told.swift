/// One event as the relay tells it on standard error: a line of logfmt.
struct Told {
    let fields: [String: String]
    let line: String

    var event: String { self["event"] }
    var id: String { self["id"] }

    /// A field's value; empty if it is not there. Of a repeated field the last.
    subscript(name: String) -> String { fields[name] ?? "" }

    /// Reads a line; nil if it is no event.
    init?(_ line: String) {
        var fields: [String: String] = [:]
        var rest = line[...]
        while let equals = rest.firstIndex(of: "=") {
            let name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            fields[name] = Told.takeValue(&rest)
        }
        guard fields["event"] != nil else { return nil }
        self.fields = fields
        self.line = line
    }

    /// Takes a value, in quotes or not, and the blank behind it.
    private static func takeValue(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != " " }
            rest = rest.dropFirst(value.count + 1)
            return String(value)
        }
        var value = ""
        var isEscaped = false
        rest.removeFirst()
        while let character = rest.popFirst() {
            if character == "\"", !isEscaped { break }
            isEscaped = character == "\\" && !isEscaped
            if !isEscaped { value.append(character) }
        }
        rest = rest.dropFirst()
        return value
    }
}
