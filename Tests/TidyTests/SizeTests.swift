import Testing

@Suite struct SizeTests {
    @Test func `a file has at most 400 lines, one with a table of test cases 600`() {
        for (files, limit) in [(Project.sources, 400), (Project.tests, 600)] {
            let long = files.filter { $0.lines.count > limit + 1 }
            #expect(long.map { "\($0): \($0.lines.count)" } == [])
        }
    }

    @Test func `a function has at most 70 lines, but for those of a table`() {
        #expect(Project.sources.flatMap { FunctionText.functions(of: $0).filter { $0.lineCount > 70 } } == [])
    }

    @Test func `the usual function is short`() {
        let counts = Project.sources.flatMap { FunctionText.functions(of: $0) }.map(\.lineCount).sorted()
        #expect(counts.count > 100)
        #expect(counts[counts.count / 2] <= 11)
    }
}

/// A function and its length; lines that are one case of a table do not count.
struct FunctionText: Equatable, CustomStringConvertible {
    let place: String
    let lineCount: Int

    var description: String { "\(place): \(lineCount) lines" }

    static func functions(of file: SourceFile) -> [FunctionText] {
        file.code.indices.compactMap { start in
            guard file.code[start].utf8.contains(UInt8(ascii: "(")), isHead(file.code[start]),
                let end = end(of: start, in: file.code)
            else { return nil }
            let body = file.code[start...end].filter { line in
                let text = line.drop { $0 == " " }
                return !text.hasPrefix("case ") || text.hasSuffix(":")
            }
            return FunctionText(place: "\(file.path):\(start + 1)", lineCount: body.count)
        }
    }

    private static func isHead(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " }
        return !text.hasPrefix("case ")
            && (text.contains("func ")
                || text.contains("init(") && !text.contains(".init(") && !text.contains(" = "))
    }

    /// The line of the brace that closes the body; nil for a requirement, which has none.
    private static func end(of start: Int, in code: [Substring]) -> Int? {
        var depth = 0
        var parentheses = 0
        for index in code.indices[start...] {
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    depth -= 1
                    if depth <= 0 { return depth == 0 ? index : nil }
                default: break
                }
            }
            if depth == 0, parentheses == 0, index > start, code[index].utf8.allSatisfy({ $0 == 0x20 }) {
                return nil
            }
        }
        return nil
    }
}
