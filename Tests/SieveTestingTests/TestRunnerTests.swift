import PosternTestSupport
import Testing

@testable import SieveTesting

struct TestRunnerTests {
    private func outcomes(_ source: String, _ files: [String: String] = [:]) -> [String] {
        let source = "require \"vnd.postern.testsuite\";\n" + source
        let found = TestRunner.run(Array(source.utf8), name: "t.svtest", folder: "/tests") { path in
            files[path].map { Array($0.utf8) }
        }
        return found.map { "\($0.name): \($0.failure ?? "ok")" }
    }

    @Test func `blocks pass or fail one by one`() {
        let found = outcomes(
            """
            test "good" { if not header "subject" "Frop!" { test_fail "no"; } }
            test "bad" { test_fail "why"; test_fail "never"; }
            test "good again" { keep; }
            """)
        #expect(found == ["good: ok", "bad: t.svtest:3: why", "good again: ok"])
    }

    @Test func `a run-time error ends its block alone`() {
        let found = outcomes(
            """
            require "reject";
            test "conflict" { keep; reject "no"; }
            test "next" { stop; }
            """)
        #expect(
            found == [#"conflict: t.svtest:3: "reject" conflicts with "keep" at t.svtest:3"#, "next: ok"])
    }

    @Test func `a file that does not compile fails once for each block`() {
        let found = outcomes("test \"a\" { kepe; } test \"b\" { }")
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.contains("does not compile: t.svtest:2:12") })
    }

    @Test func `an error between blocks leaves the rest without ground`() {
        let found = outcomes("test \"a\" { } test_message :smtp 0; test \"b\" { }")
        #expect(found == ["a: ok", "b: not run: t.svtest:2: there is no such message"])
    }

    @Test func `variables and the message outlast a block`() {
        let found = outcomes(
            """
            require "variables";
            test_set "message" text:
            From: ann@example.org
            Subject: one

            body
            .
            ;
            test "first" { set "a" "b"; }
            test "second" { if not allof (string "${a}" "b", header "subject" "one") { test_fail "lost"; } }
            """)
        #expect(found == ["first: ok", "second: ok"])
    }

    @Test func `scripts follow one another and are carried out`() {
        let found = outcomes(
            """
            require "editheader";
            test "both" {
                if not test_multiscript ["x.sieve", "y.sieve"] { test_fail "run"; }
                test_message :folder "INBOX" 0;
                if not exists ["X-One", "X-Two"] { test_fail "edits"; }
                if test_message :folder "INBOX" 1 { test_fail "twice"; }
            }
            test "stopped" {
                if not test_multiscript ["z.sieve", "y.sieve"] { test_fail "run"; }
                if test_result_action "keep" { test_fail "kept"; }
            }
            test "missing" { if test_multiscript ["x.sieve", "a.sieve"] { test_fail "ran"; } }
            """,
            [
                "x.sieve":
                    #"require ["editheader", "fileinto"]; addheader "X-One" "1"; keep; fileinto "INBOX";"#,
                "y.sieve": #"require "editheader"; addheader "X-Two" "2"; keep;"#, "z.sieve": "discard;",
            ])
        #expect(found == ["both: ok", "stopped: ok", "missing: ok"])
    }

    @Test func `a script beside the file is compiled, run and carried out`() {
        let found = outcomes(
            """
            require "envelope";
            test "redirect" {
                if not test_script_compile "x.sieve" { test_fail "compile"; }
                if not test_script_run { test_fail "run"; }
                if not test_result_action :index 1 "redirect" { test_fail "action"; }
                if not test_result_execute { test_fail "execute"; }
                test_message :smtp 0;
                if not envelope "to" "eve@example.org" { test_fail "recipient"; }
            }
            test "broken" {
                if test_script_compile "y.sieve" { test_fail "compiled"; }
                if not test_error :index 1 :contains "unknown command" { test_fail "error"; }
            }
            test "missing" { if test_script_compile "z.sieve" { test_fail "compiled"; } }
            """, ["x.sieve": "redirect \"eve@example.org\";", "y.sieve": "nothing;"])
        #expect(found == ["redirect: ok", "broken: ok", "missing: ok"])
    }

    @Test func `settings count from the next reload on`() {
        let found = outcomes(
            """
            require "subaddress";
            test_set "message" text:
            To: ann-sales@example.org

            .
            ;
            test "default" { if address :detail "to" "sales" { test_fail "split"; } }
            test_config_set "recipient_delimiter" "-";
            test_config_reload;
            test "set" { if not address :detail "to" "sales" { test_fail "not split"; } }
            """)
        #expect(found == ["default: ok", "set: ok"])
    }

    @Test func `the words of test files stand in no other script`() {
        let found = outcomes(
            "test \"a\" { if true { test \"b\" { } } }")
        #expect(found.first?.contains("stands in no other block") == true)
    }
}
