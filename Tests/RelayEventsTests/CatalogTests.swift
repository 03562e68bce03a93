import Foundation
import RelayEvents
import Testing

/// The message catalog, held against the fields that events have.
@Suite struct CatalogTests {
    /// By POSTERN_EVENT.
    private static let texts: [String: String] = {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        // A catalog that cannot be read is empty, and the test says so.
        let catalog =
            (try? String(contentsOf: top.appending(path: "packaging/postern.catalog"), encoding: .utf8)) ?? ""
        let entries = catalog.components(separatedBy: "\n# ").dropFirst().map { entry in
            entry.split(separator: "\n", maxSplits: 1).map(String.init)
        }
        return Dictionary(entries.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
    }()

    @Test func `journalctl can fill in every field that a text asks for`() throws {
        for (event, _) in Samples.sentences {
            let text = try #require(Self.texts[event.kind.rawValue], "\(event.kind)")
            let names = Set(EventFields(event, toldAt: Samples.time).pairs.map { "\($0.name)" })
            let asked = Set(text.matches(of: #/@(?<name>[A-Z_]+)@/#).map { String($0.name) })
            #expect(asked.subtracting(names) == [], "\(event.kind)")
        }
    }

    @Test func `a text speaks only of fields that its event can have`() throws {
        for kind in EventKind.allCases {
            let text = try #require(Self.texts[kind.rawValue])
            let names = Samples.sentences.filter { $0.0.kind == kind }
                .flatMap { EventFields($0.0, toldAt: Samples.time).pairs.map { "\($0.name)" } }
            let spokenOf = text.matches(of: #/POSTERN_[A-Z_]+/#).map { String($0.output) }
            #expect(Set(spokenOf).subtracting(names + ["POSTERN_EVENT"]) == [], "\(kind)")
        }
    }
}
