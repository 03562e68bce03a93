import ArgumentParser
import Foundation
import Testing

@testable import postern

/// The manual and the message catalog, held against the commands that the program has.
@Suite struct ManualTests {
    @Test func `postern(8) describes every command with its options, and no other`() throws {
        let sections = try ManualPage("postern.8").subsections(of: "COMMANDS")
        #expect(sections.keys.sorted() == Command.all.map(\.name).sorted())
        for command in Command.all {
            let text = try #require(sections[command.name], "\(command.name)")
            let described = Set(text.matches(of: #/Fl Fl (?<name>[a-z-]+)/#).map { String($0.name) })
            #expect(described == command.options, "\(command.name)")
        }
    }

    @Test(arguments: Document.all) func `each command that a document shows can be given`(_ path: String)
        throws
    {
        for line in try Document(path).commands {
            #expect(throws: Never.self, "\(path): \(line)") { try Command.parse(line) }
        }
    }

    @Test func `each example of the help can be given`() {
        for command in Command.all + [Command(Postern.self, name: "")] {
            let examples = command.discussion.split(separator: "\n").map { $0.drop { $0 == " " } }
                .filter { $0.hasPrefix("postern ") }.map { $0.split(separator: "   ").first ?? $0 }
            #expect(!examples.isEmpty, "\(command.name)")
            for example in examples {
                #expect(throws: Never.self, "\(example)") { try Command.parse(String(example)) }
            }
        }
    }
}

/// A command without further ones below it, as the program declares it.
private struct Command {
    let name: String
    let discussion: String
    /// The long names, `help` apart.
    let options: Set<String>

    static let all = below(Postern.self, name: "")

    init(_ type: any ParsableCommand.Type, name: String) {
        self.name = name
        discussion = type.configuration.discussion
        let help = type.helpMessage(columns: 1000)
        options = Set(help.matches(of: #/(?m)^  (?:-\w, )?--(?<name>[a-z-]+)/#).map { String($0.name) })
            .subtracting(["help"])
    }

    private static func below(_ type: any ParsableCommand.Type, name: String) -> [Command] {
        type.configuration.subcommands.flatMap { child -> [Command] in
            let path = (name.isEmpty ? "" : name + " ") + (child._commandName)
            return child.configuration.subcommands.isEmpty
                ? [Command(child, name: path)] : below(child, name: path)
        }
    }

    /// Reads a line as the shell and the program would; runs nothing.
    static func parse(_ line: String) throws {
        let bare = line.replacing(#/'[^']*'|\x22[^\x22]*\x22/#, with: "text")
        for part in bare.split(whereSeparator: { "|;&>".contains($0) }) {
            let words = part.split(separator: " ").map(String.init)
            let arguments = words.dropFirst().joined(separator: " ")
            // A command may be spoken of by its name alone.
            guard words.first == "postern", !all.contains(where: { $0.name == arguments }) else { continue }
            _ = try Postern.parseAsRoot(Array(words.dropFirst()))
        }
    }
}

/// A text that shows commands, one a line.
private struct Document {
    static let all = [
        "README.md", "packaging/postern.catalog", "packaging/man/postern.8", "packaging/man/postern.yaml.5",
        "packaging/man/postern-spool.5", "packaging/man/postern-policy.7", "packaging/man/postern-runbook.7",
        "packaging/man/sendmail.1",
    ]

    let commands: [String]

    /// Lines that begin with a command, and what stands in mdoc's or Markdown's quotes.
    init(_ path: String) throws {
        // A line that goes on in the next one ends with a backslash, which mdoc writes `\e`.
        let text = try String(contentsOf: top.appending(path: path), encoding: .utf8)
            .replacing(#/ \\e?\n +/#, with: " ")
        let shown = Self.shownLines(of: text, isMarkdown: path.hasSuffix(".md"))
            .filter { $0.prefixMatch(of: #/postern [a-z]/#) != nil }
        let quoted = text.matches(of: #/(?m)(?:^\.Ql |`)(?<command>postern [a-z][^`\n]*)/#).map { $0.command }
        commands = (shown + quoted).map { line in
            let bare = line.replacing(#/ [.,;:)]+$/#, with: "").replacing(#/  +.*$/#, with: "")
            return String(bare.replacing(#/@[A-Z_]+@/#, with: "0QJ5E6W3G0A1B"))
        }
    }

    /// The lines without their indent; of Markdown those between fences.
    private static func shownLines(of text: String, isMarkdown: Bool) -> [Substring] {
        let parts = isMarkdown ? text.components(separatedBy: "\n```") : ["", text]
        return parts.indices.filter { $0 % 2 == 1 }.flatMap { index in
            Substring(parts[index]).split(separator: "\n").map { $0.drop { $0 == " " } }
        }
    }
}

private let top = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A manual page as mdoc text.
private struct ManualPage {
    private let text: String

    init(_ name: String) throws {
        text = try String(contentsOf: top.appending(path: "packaging/man/\(name)"), encoding: .utf8)
    }

    /// What stands under each `.Ss` of a section.
    func subsections(of section: String) -> [String: String] {
        let body = text.components(separatedBy: "\n.Sh ").first { $0.hasPrefix(section + "\n") } ?? ""
        let parts = body.components(separatedBy: "\n.Ss ").dropFirst().map { part in
            part.split(separator: "\n", maxSplits: 1).map(String.init)
        }
        return Dictionary(parts.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
    }
}
