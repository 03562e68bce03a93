import Testing

@Suite struct WordTests {
    /// Where C or a kernel object is owned, and safety may need a proof in words.
    private static let unsafeTargets: Set = ["TLSEngine", "Transport", "SystemdBridge", "MailSpool"]

    @Test func `nothing is forced`() {
        for file in Project.sources {
            #expect(file.places { line, _ in line.contains("try!") || line.contains("as!") } == [])
        }
    }

    @Test func `what the compiler cannot check is in few modules and explained`() {
        for file in Project.sources {
            let isAllowed = Self.unsafeTargets.contains(file.target)
            let places = file.places { line, index in
                let words = ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"]
                guard words.contains(where: line.contains) else { return false }
                return !isAllowed || !file.isExplained(at: index)
            }
            #expect(places == [])
        }
    }

    @Test func `an ignored error is explained`() {
        for file in Project.sources {
            #expect(
                file.places { line, index in line.contains("try? ") && !file.isExplained(at: index) } == [])
        }
    }

    @Test func `switches over states name every case`() {
        // TLSSession switches over the numbers of a C library, which have no end.
        let named = Project.sources.filter { $0.name.hasSuffix("Session") || $0.name == "Schedule" }
        for file in named where file.name != "TLSSession" {
            #expect(file.places { line, _ in line.contains("default:") } == [])
        }
    }

    @Test func `what is left to do is not left in the code`() {
        for file in Project.sources + Project.tests where file.target != "TidyTests" {
            let places = file.lines.indices.filter { index in
                let words = file.lines[index].split { !$0.isLetter }
                return words.contains { ["TODO", "FIXME", "XXX", "HACK"].contains($0) }
            }
            #expect(places.map { "\(file.path):\($0 + 1)" } == [])
        }
    }

    @Test func `clock and randomness come in from outside`() {
        let words = [
            "Date()", ".random(", "SystemRandomNumberGenerator", "ContinuousClock()", "SuspendingClock()",
        ]
        for file in Project.sources where file.target != "postern" {
            #expect(file.places { line, _ in words.contains(where: line.contains) } == [])
        }
    }

    @Test func `only commands print`() {
        for file in Project.sources where !["postern", "RelayDemo"].contains(file.target) {
            #expect(file.places { line, _ in line.contains(" print(") || line.contains("debugPrint(") } == [])
        }
    }

    @Test func `everything public is documented`() {
        for file in Project.sources {
            let places = file.places { line, index in
                let text = line.drop { $0 == " " }
                guard text.hasPrefix("public "), !text.hasPrefix("public import"),
                    !text.hasPrefix("public extension")
                else { return false }
                let above = file.lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") }
                return above?.drop { $0 == " " }.hasPrefix("///") != true
            }
            #expect(places == [])
        }
    }

    @Test func `no folder is named for the lack of a name`() {
        let poor: Set<Substring> = ["New", "Deprecated", "Utils", "Helpers", "Common", "Core", "Misc"]
        for file in Project.sources + Project.tests {
            #expect(poor.isDisjoint(with: file.path.split(separator: "/")), "\(file)")
        }
    }
}
