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
        let named = RuleDocument(
            script: "/a.sieve", line: 3, column: 5, name: "detect", count: 2, held: 1, microseconds: 8,
            rule: "cards")
        #expect(RuleListing.row(named).hasPrefix("3:5        detect (cards)  "))
    }

    @Test func `policy test tells of each block as an object`() {
        typealias Test = PolicyCommands.Test
        let document = Test.document(#"a "b""#, nil, 1, "x.svtest")
        #expect(
            String(decoding: document, as: UTF8.self)
                == #"{"file":"x.svtest","number":1,"name":"a \"b\"","passed":true,"failure":null}"# + "\n")
        let failed = Test.document("c", "line 3: no", 2, "x.svtest")
        #expect(
            String(decoding: failed, as: UTF8.self).hasSuffix(
                #""passed":false,"failure":"line 3: no"}"# + "\n"))
    }

    @Test(arguments: [
        ["--against", "/tmp"], ["--against", "/tmp", "--script", "a", "b.eml"], ["b.eml"],
        ["b.eml", "--sender", "a@b.example"],
    ])
    func `policy explain without what it needs is refused`(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try PolicyExplain.parse(arguments) }
    }
}
