import ArgumentParser
import RelayControl
import Testing

@testable import postern

@Suite struct PolicyStatsTests {
    @Test func `a rule is a row that fits a terminal`() {
        let rule = RuleDocument(
            script: "/a.sieve", line: 12, column: 4, name: "envelope", count: 1_234_567, held: 3,
            microseconds: 2_469_134)
        #expect(
            RuleListing.row(rule) == "12:4       envelope                     1234567           3        2 us"
        )
        let command = RuleDocument(
            script: "/a.sieve", line: 3, column: 5, name: "hold", count: 0, held: nil, microseconds: 0)
        #expect(RuleListing.row(command).count <= 80)
    }

    @Test(arguments: [
        ["--against", "/tmp"], ["--against", "/tmp", "--script", "a", "b.eml"], ["b.eml"],
        ["b.eml", "--sender", "a@b.example"],
    ])
    func `policy explain without what it needs is refused`(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try PolicyExplain.parse(arguments) }
    }
}
