import MailSyntax
import SieveEngine
import Testing

struct ActionTests {
    private let all = """
        require ["reject", "ereject", "copy", "vnd.postern.stream", "vnd.postern.hold", "editheader"];

        """

    @Test func `an empty script keeps`() throws {
        #expect(try Trial().actions("") == ["keep"])
        #expect(try Trial().result([""]).actions.first?.rule == nil)
    }

    @Test(arguments: [
        ("keep;", ["keep"]), ("keep; keep;", ["keep"]), ("discard;", ["discard"]),
        ("keep; discard;", ["keep", "discard"]),
        ("redirect :copy \"a@x.y\";", ["redirect :copy a@x.y", "keep"]),
        (
            "redirect \"a@x.y\"; redirect :copy \"A@X.y\"; redirect \"a@x.y\";",
            ["redirect a@x.y", "redirect :copy A@x.y"]
        ),
        ("redirect :copy \"a@x.y\"; redirect \"a@x.y\";", ["redirect :copy a@x.y"]),
        ("stream \"bulk\";", ["stream bulk", "keep"]),
        ("stream \"bulk\"; stream \"office\";", ["stream office", "keep"]),
        ("stream \"bulk\"; discard;", ["stream bulk", "discard"]), ("hold \"a  b\";", ["hold a b"]),
        ("hold :tag \"dlp\" \"a\"; hold \"b\";", ["hold dlp a", "hold b"]),
        ("hold \"a\"; keep;", ["hold a", "keep"]),
        ("reject \"no\";", ["reject no"]), ("ereject \"no\";", ["reject no"]),
        ("discard; reject \"no\";", ["discard", "reject no"]),
        ("reject text:\nno\n\n  way \t out\n.\n;", ["reject no|way out"]),
        ("ereject \"a\rb\nc\r\nd\u{1}e\u{7F}\";", ["reject a|b|c|d e"]), ("reject \" \";", ["reject "]),
        ("hold text:\nno\n way\n.\n;", ["hold no way"]),
        ("redirect \"ann@b\u{FC}cher.example\";", ["redirect ann@xn--bcher-kva.example"]),
    ])
    func `actions and the implicit keep`(_ script: String, _ actions: [String]) throws {
        #expect(try Trial().actions(all + script) == actions)
    }

    @Test(arguments: [
        ("reject \"a\";\nreject \"b\";", #"t:3: "reject" conflicts with "reject" at t:2"#),
        ("reject \"a\";\nereject \"b\";", #"t:3: "reject" conflicts with "reject" at t:2"#),
        ("keep;\nreject \"b\";", #"t:3: "reject" conflicts with "keep" at t:2"#),
        ("reject \"a\";\nkeep;", #"t:3: "keep" conflicts with "reject" at t:2"#),
        ("redirect :copy \"a@x.y\";\nreject \"b\";", #"t:3: "reject" conflicts with "redirect" at t:2"#),
        ("reject \"a\";\nhold \"b\";", #"t:3: "hold" conflicts with "reject" at t:2"#),
    ])
    func `a message is refused or goes somewhere`(_ script: String, _ fault: String) {
        #expect(Trial().fault(all + script) == fault)
    }

    @Test func `the number of actions is bounded`() throws {
        let script = (1...33).map { "redirect \"a\($0)@x.y\";" }
        #expect(try Trial().actions(script.dropLast().joined()).count == 32)
        #expect(Trial().fault(script.joined(separator: "\n")) == "t:33: more than 32 actions")
    }

    @Test func `the lines of a reason are bounded, and nothing of it is lost`() throws {
        let words = (1...40).map { "\($0)" }
        let script = all + "reject \"\(words.joined(separator: "\n"))\";"
        let lines = words.prefix(31) + [words.dropFirst(31).joined(separator: " ")]
        #expect(try Trial().actions(script) == ["reject " + lines.joined(separator: "|")])
    }

    @Test func `each action names its line`() throws {
        let actions = try Trial().result([all + "stream \"bulk\";\n\nhold \"x\";"]).actions
        #expect(actions.map(\.rule) == ["t:2", "t:4"])
    }

    // MARK: Several scripts

    @Test(arguments: [
        (["stop;", "discard;"], ["discard"]), (["keep;", "discard;"], ["discard"]),
        (["discard;", "keep;"], ["discard"]),
        (["discard; keep;", "hold \"x\";"], ["discard", "hold x"]),
        (["hold \"x\";", "reject \"no\";"], ["hold x"]),
        (["reject \"no\";", "keep;"], ["reject no"]), (["keep;", "reject \"no\";"], ["reject no"]),
        (["redirect \"a@x.y\";", "stream \"bulk\";"], ["redirect a@x.y", "stream bulk"]),
        (["stream \"bulk\";", "stream \"office\";"], ["stream office", "keep"]),
        (["redirect :copy \"a@x.y\";", "reject \"no\";"], ["redirect :copy a@x.y", "reject no"]),
        (["", ""], ["keep"]),
    ])
    func `scripts in a row`(_ scripts: [String], _ actions: [String]) throws {
        let result = try Trial().result(scripts.map { all + $0 })
        #expect(result.actions.map { $0.shown } == actions)
    }

    @Test func `a later script sees the edits of an earlier one`() throws {
        let first = all + #"addheader "X-Mark" "yes"; deleteheader "Subject";"#
        #expect(
            try Trial().result([first, #"if exists "X-Mark" { discard; }"#]).actions.map { $0.shown } == [
                "discard"
            ])
        #expect(
            try Trial().result([first, #"if exists "Subject" { discard; }"#]).actions.map { $0.shown } == [
                "keep"
            ])
    }

    @Test func `what is kept goes out with the edits of all scripts`() throws {
        let header = try Trial(message: "A: 1\n\n").header(
            all + #"keep;"#, all + #"addheader "B" "2"; keep;"#, all + #"addheader "C" "3";"#)
        #expect(header == "C: 3\nB: 2\nA: 1\n")
    }

    // MARK: What is known before a run

    @Test(arguments: [
        ("keep;", RecipientDetail.none), (#"if envelope :domain "from" "x" { stop; }"#, .none),
        (#"if envelope :domain "to" "x" { stop; }"#, .domain),
        (#"if envelope :localpart "to" "x" { stop; }"#, .full),
        (#"if envelope :domain ["from", "to"] "x" { stop; } if envelope "to" "x" { stop; }"#, .full),
    ])
    func `a script tells what it can know of recipients`(_ script: String, _ detail: RecipientDetail) throws {
        let facts = try Trial().compiled("require \"envelope\"; \(script)").facts
        #expect(facts.recipientDetail == detail)
        #expect(!facts.readsBody)
    }
}
