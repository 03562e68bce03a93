import Foundation

/// A Swift file of the project, as text and without what is not code.
struct SourceFile: CustomStringConvertible {
    /// From the top of the project: `Sources/MailSyntax/Address.swift`.
    let path: String
    let lines: [Substring]
    /// The same lines without comments and without what stands in string literals.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = CodeText.strip(text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    var description: String { path }
    /// The target: `MailSyntax`.
    var target: String { String(path.split(separator: "/")[1]) }
    var name: String { String(path.split(separator: "/").last?.dropLast(6) ?? "") }

    /// The modules that the file imports.
    var imports: Set<String> {
        Set(
            code.compactMap { line in
                let words = line.split(separator: " ")
                guard let word = words.firstIndex(of: "import"), word <= 2, word + 1 < words.count else {
                    return nil
                }
                return String(words[word + 1])
            })
    }

    /// `path:line` of the code lines that a test finds wanting.
    func places(where isWanting: (Substring, Int) -> Bool) -> [String] {
        code.indices.filter { isWanting(code[$0], $0) }.map { "\(path):\($0 + 1)" }
    }

    /// Whether a comment stands on the line or a few lines off, in the same statement most likely.
    func isExplained(at index: Int) -> Bool {
        (max(0, index - 3)...min(lines.count - 1, index + 2)).contains { lines[$0].contains("//") }
    }
}

/// The project's files.
enum Project {
    static let top = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources = swiftFiles(below: "Sources")
    static let tests = swiftFiles(below: "Tests")

    static func text(of path: String) throws -> String {
        try String(contentsOf: top.appending(path: path), encoding: .utf8)
    }

    private static func swiftFiles(below folder: String) -> [SourceFile] {
        let paths = FileManager.default.enumerator(atPath: top.appending(path: folder).path)
        // What packages below Tests build and fetch is none of ours.
        let ours = paths?.allObjects as? [String] ?? []
        return ours.filter { $0.hasSuffix(".swift") && !$0.contains(".build/") }.sorted().compactMap { path in
            (try? text(of: "\(folder)/\(path)")).map { SourceFile(path: "\(folder)/\(path)", text: $0) }
        }
    }
}
