import Foundation
import Testing

@testable import SieveEngine

@Suite struct ManualTests {
    private static let page: String = {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        // A page that cannot be read is empty, and the tests say so.
        return
            (try? String(contentsOf: top.appending(path: "packaging/man/postern-policy.7"), encoding: .utf8))
            ?? ""
    }()

    /// The examples of postern-policy(7), each a whole script.
    private static let examples = page.components(separatedBy: "\n.Bd -literal -offset indent\n").dropFirst()
        .compactMap { $0.components(separatedBy: "\n.Ed").first }
        .filter { $0.hasPrefix("require ") }.map { $0.replacing("\\e", with: "\\") }

    @Test func `the manual shows scripts`() { #expect(Self.examples.count >= 5) }

    @Test(arguments: examples) func `an example of the manual compiles without a word`(_ script: String) {
        var options = CompileOptions(streamNames: ["office", "marketing", "bank"])
        options.services = Set(SieveService.allCases).subtracting([.testing])
        #expect(SieveScript.compile(Array(script.utf8), name: "example", options).diagnostics == [])
    }

    @Test func `the manual names what require takes, and nothing else`() throws {
        let section = try #require(Self.page.components(separatedBy: "\n.Sh EXTENSIONS\n").last)
        let list = try #require(section.components(separatedBy: "\n.Pp\n").first)
        let named = list.split(separator: "\n").filter { $0.hasPrefix(".Li ") }
            .flatMap { $0.dropFirst(4).split { " ,".contains($0) }.filter { $0 != "." }.map(String.init) }
        let offered = Capability.available(with: Set(SieveService.allCases).subtracting([.testing]))
        #expect(Set(named) == Set(offered.map(\.rawValue)))
    }
}
