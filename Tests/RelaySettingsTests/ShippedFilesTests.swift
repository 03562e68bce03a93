import Foundation
import RelaySettings
import Testing

/// What the package installs and documents, held against the reader.
struct ShippedFilesTests {
    private static func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The file with every setting in force: a comment has one blank behind its `#`, a setting none or more.
    private static func uncommented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isComment = line.wholeMatch(of: /#( \S.*)?/) != nil
            return line.hasPrefix("#") && !isComment ? line.dropFirst() : line
        }.joined(separator: "\n")
    }

    @Test func `the shipped configuration asks for what only the administrator knows`() throws {
        let told = findings(try Self.text("etc/postern/postern.yaml"))
        #expect(
            told == [
                "1:1: error: postmaster: required, but not set", "1:1: error: streams: required, but not set",
            ])
    }

    @Test func `the shipped configuration with every setting in force is good`() throws {
        let machine = Machine.usual.adding("/etc/postern/secrets/office", "s3cret\n")
        let outcome = parse(Self.uncommented(try Self.text("etc/postern/postern.yaml")), on: machine)
        #expect(outcome.findings == [])
        #expect(outcome.settings?.listeners.map(\.name) == ["local", "lan"])
        #expect(outcome.settings?.routes.count == 1)
    }

    @Test func `the manual's example is good but for its self-signed certificate`() throws {
        let manual = try Self.text("packaging/man/postern.yaml.5")
        let examples = try #require(manual.range(of: ".Sh EXAMPLES\n")).upperBound
        let start = try #require(
            manual.range(of: ".Bd -literal -offset indent\n", range: examples..<manual.endIndex)
        ).upperBound
        let end = try #require(manual.range(of: "\n.Ed", range: start..<manual.endIndex)).lowerBound
        let machine = Machine.usual.adding("/etc/postern/secrets/office", "s3cret\n")
        let outcome = parse(String(manual[start..<end]), on: machine)
        #expect(outcome.settings != nil)
        #expect(outcome.findings.count == 1)
    }

    @Test func `the manual has each key, and no other, with default and version`() throws {
        let general = try #require(
            try Self.text("packaging/man/postern.yaml.5").components(separatedBy: ".Ss General").last)
        let reference = try #require(general.components(separatedBy: ".Sh FILES").first)
        var documented: [String] = []
        for entry in reference.components(separatedBy: "\n.It Ic ").dropFirst() {
            let lines = entry.split(separator: "\n", maxSplits: 1)
            documented.append(String(try #require(lines.first)))
            // A key without text of its own shares that of the next one.
            guard lines.count == 2, let text = lines.last else { continue }
            #expect(text.contains("Since 0.1.0."), "\(entry)")
            let isCondition = entry.hasPrefix("routes.*.")
            #expect(
                isCondition || text.contains("Default: ") || text.contains("Default:\n")
                    || text.contains("Required"), "\(entry)")
        }
        #expect(documented.sorted() == SettingsFile.allKeys.sorted())
    }
}
