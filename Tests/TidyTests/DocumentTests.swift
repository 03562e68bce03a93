import RelayEvents
import RelaySettings
import Testing

@Suite struct DocumentTests {
    @Test func `postern.yaml(5) describes every key, and no other`() throws {
        let page = try Project.text(of: "packaging/man/postern.yaml.5")
        let described = Set(page.matches(of: #/(?m)^\.It Ic (?<key>\S+)$/#).map { String($0.key) })
        #expect(Set(SettingsFile.allKeys).subtracting(described) == [], "keys without a description")
        #expect(described.subtracting(SettingsFile.allKeys) == [], "descriptions without a key")
    }

    @Test func `the message catalog explains every event under its ID`() throws {
        let catalog = try Project.text(of: "packaging/postern.catalog")
        let entries = catalog.matches(of: #/(?m)^# (?<kind>[a-z-]+)\n-- (?<id>[0-9a-f]{32})$/#)
        let explained = entries.map { "\($0.kind) \($0.id)" }
        #expect(explained == EventKind.allCases.map { "\($0.rawValue) \($0.messageID)" })
        #expect(catalog.matches(of: #/(?m)^-- /#).count == entries.count)
    }

    @Test func `each text of the catalog has a subject, an author and a body`() throws {
        let catalog = try Project.text(of: "packaging/postern.catalog")
        for entry in catalog.split(separator: "\n-- ").dropFirst() {
            let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[1].hasPrefix("Subject: "))
            #expect(lines[2] == "Defined-By: postern")
            #expect(lines[3].isEmpty)
            #expect(lines[4...].joined().count > 80, "\(lines[1])")
            #expect(lines.allSatisfy { $0.count <= 90 }, "\(lines[1])")
        }
    }

    @Test func `the README gives the reason for each dependency`() throws {
        let text = try Project.text(of: "README.md")
        let libraries = try Manifest.systemPackages().map { $0.replacing("-dev", with: "") }
        for name in try Manifest.packages() + libraries {
            #expect(text.contains(name), "\(name)")
        }
    }
}
