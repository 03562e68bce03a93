import SieveEngine
import Testing

/// What `policy check` tells beside what is wrong.
struct ThoroughnessTests {
    private func findings(_ source: String, isThorough: Bool = true) -> [String] {
        var options = CompileOptions(streamNames: ["office"])
        options.services = Set(SieveService.allCases)
        options.isThorough = isThorough
        return SieveScript.compile(Array(source.utf8), name: "t", options).diagnostics
            .map { String($0.description.dropFirst(2)) }
    }

    @Test(arguments: [
        (
            #"require ["envelope", "copy"]; if envelope "to" "a" { keep; }"#,
            #"1:22: warning: "copy" is required but not used"#
        ),
        (#"require "variables"; keep;"#, #"1:9: warning: "variables" is required but not used"#),
        (
            "keep;\nstop;\nkeep;",
            #"3:1: warning: never reached: "stop" in line 2 ends the script in every case"#
        ),
        (
            "if true { stop; } else { stop; } keep;",
            #"1:34: warning: never reached: "if" in line 1 ends the script in every case"#
        ),
        (
            "# rule: a\nkeep;\nif true {\n  # rule: a\n  keep;\n}",
            #"4:3: warning: the name "a" is that of the rule in line 1 already"#
        ),
        ("# rule: a\n\nkeep;", "1:1: warning: no command stands directly below this name of a rule"),
        ("keep; # rule: a", "1:7: warning: no command stands directly below this name of a rule"),
        ("# rule:\nkeep;", "1:1: warning: the name of a rule has 1 to 64 characters"),
    ])
    func `leftovers are told once, where they stand`(_ script: String, _ warning: String) {
        #expect(findings(script) == [warning])
        #expect(findings(script, isThorough: false) == [])
    }

    @Test(arguments: [
        #"require "variables"; if header :matches "subject" "*" { redirect "${1}@x.example"; }"#,
        #"require "encoded-character"; if header "subject" "${hex:40}" { stop; } keep;"#,
        #"require ["relational", "comparator-i;ascii-numeric"]; if header :count "gt" :comparator "i;ascii-numeric" "to" "1" { stop; }"#,
        "if true { stop; } elsif true { stop; } keep;",
        #"require ["ihave", "envelope"]; if allof (ihave "copy", envelope "to" "x") { redirect :copy "a@x.example"; }"#,
    ])
    func `what is used, or may be reached, is not told`(_ script: String) { #expect(findings(script) == []) }
}
