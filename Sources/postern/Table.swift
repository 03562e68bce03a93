/// Columns of fixed width, so that rows can be printed as they come; two blanks stand between them.
struct Table {
    struct Column {
        let title: String
        /// The width in characters.
        let width: Int
        var isNumber = false
    }

    let columns: [Column]

    var header: String { row(columns.map(\.title)) }

    func row(_ cells: [String]) -> String {
        var line = ""
        for (column, cell) in zip(columns, cells) {
            let text = Self.clean(cell, width: column.width)
            let blanks = String(repeating: " ", count: column.width - text.count)
            line += column.isNumber ? blanks + text : text + blanks
            line += "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A text in lines of a width, broken at blanks where there are any; what is beyond a few lines is cut.
    static func wrapped(_ text: String, width: Int, indent: Int) -> [String] {
        let blanks = String(repeating: " ", count: indent)
        var rest = clean(text)[...]
        var lines: [String] = []
        while rest.count > width - indent, lines.count < wrappedLineCount - 1 {
            let part = rest.prefix(width - indent + 1)
            let end = part.lastIndex(of: " ") ?? part.index(before: part.endIndex)
            lines.append(blanks + rest[..<end])
            rest = rest[end...].drop { $0 == " " }
        }
        return lines + [blanks + clean(String(rest), width: width - indent)]
    }

    private static let wrappedLineCount = 5

    /// Cuts a text to a width; what a terminal would obey becomes a question mark.
    static func clean(_ text: String, width: Int = .max) -> String {
        let visible = String(text.map { $0.isVisible ? $0 : "?" })
        return visible.count > width ? visible.prefix(width - 1) + "…" : visible
    }
}

extension Character {
    fileprivate var isVisible: Bool {
        unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
    }
}
