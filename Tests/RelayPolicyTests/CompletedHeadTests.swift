import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

@Suite struct CompletedHeadTests {
    private func office(_ scripts: [String] = []) -> Office {
        var office = Office()
        office.scripts = scripts.enumerated().map { ("s\($0.offset + 1)", Office.prologue + $0.element) }
        office.settings.policy.scripts = office.scripts.map { "/policy/\($0.name)" }
        office.settings.senderRewrites = [
            SenderRewrite(Glob("root@*"), to: Address(localPart: "cron", domain: "office.example"))
        ]
        office.settings.aliases = AliasTable(["root": [Address(localPart: "ann", domain: "p.example")]])
        return office
    }

    /// The header as it goes out, its lines ended by LF; nil: as it came.
    private func header(_ header: String, _ scripts: String...) throws -> String? {
        var office = office(scripts)
        office.header = header
        let head = Array((header + "\nbody\n").utf8).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        guard case .accept(let plan) = try office.verdict(["a@x.example"]) else { return "refused" }
        let bytes = plan.shares.first?.edits.header?.bytes(of: head)
        return bytes.map { String(decoding: $0.filter { $0 != 0x0D }, as: UTF8.self) }
    }

    @Test func `cron's header names people who can be answered`() throws {
        #expect(
            try header("From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@box> test\n")
                == "From: cron@office.example (Cron Daemon)\nTo: root@office.example\nSubject: Cron <root@box> test\n"
        )
    }

    @Test(arguments: [
        ("Sender: \"R\" <root@localhost>\n", "Sender: \"R\" <cron@office.example>\n"),
        ("Reply-To: ann,\n eve@x.example\n", "Reply-To: ann@office.example,\n eve@x.example\n"),
        ("CC: a, \"B C\" <b@localhost>, c@x\n", "CC: a@office.example, \"B C\" <b@office.example>, c@x\n"),
        (
            "Resent-From: root\nResent-To: bob\n",
            "Resent-From: cron@office.example\nResent-To: bob@office.example\n"
        ),
        ("To: root@office.example\nFrom: ann\n", "To: root@office.example\nFrom: ann@office.example\n"),
    ])
    func `senders are rewritten, recipients completed`(given: String, sent: String) throws {
        #expect(try header(given) == sent)
    }

    @Test(arguments: [
        "From: Ann <ann@office.example>\nTo: bob@x.example\n", "Subject: root\nX-From: root\n",
        "To: undisclosed-recipients:;\nFrom: Cron Daemon\n", "To: root@x.example\n",
    ])
    func `what needs no change leaves as it came`(given: String) throws {
        #expect(try header(given) == nil)
    }

    @Test func `a script judges, and edits, the header that would go out`() throws {
        let script = """
            if address "from" "cron@office.example" { addheader "X-Cron" "yes"; deleteheader "subject"; }
            """
        #expect(
            try header("From: root\nSubject: x\nTo: root\n", script)
                == "X-Cron: yes\nFrom: cron@office.example\nTo: root@office.example\n")
    }

    @Test func `size is that of the message that would go out`() throws {
        let script = #"if size :over 5000 { reject "grown"; }"#
        #expect(try header("From: root\n", script) == "refused")
        #expect(try header("From: ann@x.example\n", script) == nil)
    }

    @Test func `routes look at the header that would go out`() throws {
        var office = office()
        var route = Route(stream: "bulk")
        route.from = Glob("cron@office.example")
        office.settings.routes = [route]
        office.header = "From: root\n"
        #expect(try office.fates("a@x.example").map { $0.prefix(5) } == ["bulk:"])
    }

    @Test(arguments: [
        ("root@localhost", ["office: ann@p.example<a@x.example"]),
        ("bob@y.example", ["office: bob@y.example<a@x.example"]),
        (
            "eve@localhost",
            [
                #"office: a@x.example hold "policy-error" by s1:2"#,
                "failure s1:2 redirect to eve@localhost: no mailbox of that name here: a@x.example",
            ]
        ),
    ])
    func `a script redirects as if its address had been a recipient`(address: String, fates: [String]) throws
    {
        let found = try office(["redirect \"\(address)\";"]).fates("a@x.example")
        #expect(found == fates)
    }
}
