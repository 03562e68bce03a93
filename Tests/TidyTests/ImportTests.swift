import Testing

@Suite struct ImportTests {
    private static let standard: Set = [
        "Swift", "Synchronization", "Glibc", "Dispatch", "FoundationEssentials",
    ]
    /// The words of mail and the languages: no system call, no thread, no clock.
    private static let pure: Set = ["MailSyntax", "SMTPProtocol", "SieveEngine"]

    @Test func `every import is declared, and every declared one is used`() throws {
        let modules = try Manifest.modules()
        for (target, declared) in modules where !target.hasPrefix("C") {
            let files = Project.sources.filter { $0.target == target }
            guard !files.isEmpty else { continue }
            let imported = files.reduce(into: Set<String>()) { $0.formUnion($1.imports) }.subtracting(
                Self.standard)
            #expect(imported.subtracting(declared) == [], "\(target) imports what Package.swift does not say")
            #expect(declared.subtracting(imported) == [], "\(target) declares what it does not import")
        }
        #expect(Set(Project.sources.map(\.target)).subtracting(modules.keys) == [])
    }

    @Test func `Foundation is nowhere, its essentials are where JSON is read`() {
        for file in Project.sources {
            #expect(!file.imports.contains("Foundation"), "\(file)")
            if !["RelayControl", "postern"].contains(file.target) {
                #expect(!file.imports.contains("FoundationEssentials"), "\(file)")
            }
        }
    }

    @Test func `only the executable's wiring uses Dispatch, for signals`() {
        for file in Project.sources where file.target != "postern" {
            #expect(!file.imports.contains("Dispatch"), "\(file)")
        }
    }

    @Test func `only Transport and HTTPExchange know the network library`() {
        for file in Project.sources where !["Transport", "HTTPExchange"].contains(file.target) {
            #expect(file.imports.filter { $0.hasPrefix("NIO") } == [], "\(file)")
        }
    }

    @Test func `each library of the system belongs to the modules made for it`() {
        let owners = [
            "COpenSSL": ["TLSEngine", "MailCrypto"], "CSystemd": ["SystemdBridge"],
            "CYAML": ["RelaySettings"],
        ]
        for file in Project.sources {
            for library in file.imports where library.hasPrefix("C") && owners.keys.contains(library) {
                #expect(owners[library]?.contains(file.target) == true, "\(file)")
            }
        }
    }

    @Test func `pure modules neither wait nor lock nor call the system`() {
        for file in Project.sources where Self.pure.contains(file.target) {
            #expect(file.imports.isDisjoint(with: ["Synchronization"]), "\(file)")
            let words = [" async ", "await ", "Task {", "open(", "socket(", "getenv("]
            let places = file.places { line, _ in words.contains(where: line.contains) }
            #expect(places == [])
        }
    }
}
