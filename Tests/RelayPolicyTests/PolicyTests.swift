import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

/// Script, recipients, verdict.
struct PolicyTests {
    private static let fault = #"if envelope "to" "eve@x.example" { keep; reject "no"; }"#

    @Test func `without scripts and routes all goes by the default stream`() throws {
        #expect(try Office().fates("a@x.example", "b@y.example") == ["office: a@x.example b@y.example"])
    }

    @Test func `without a stream mail is refused`() throws {
        var office = Office()
        office.settings.defaultStream = nil
        #expect(
            try office.fates("a@x.example")
                == ["all: 550 5.7.1 no stream is configured for this message: a@x.example by routes"])
    }

    @Test func `one message to three recipients has three fates`() throws {
        let office = Office(
            """
            if envelope :domain "to" "bulk.example" { stream "bulk"; }
            elsif envelope :domain "to" "held.example" { hold :tag "dlp" "look at it"; }
            """)
        #expect(
            try office.fates(
                "a@x.example", "b@bulk.example", "c@held.example", "d@bulk.example", "e@y.example") == [
                    "office: a@x.example e@y.example", "bulk: b@bulk.example d@bulk.example",
                    #"office: c@held.example hold [dlp] "look at it" by s1:3"#,
                ])
    }

    @Test func `DSN parameters stay with a recipient and are fresh for a redirected one`() throws {
        let office = Office(#"redirect :copy "journal@x.example";"#)
        guard case .accept(let plan) = try office.verdict(["a@x.example"]) else {
            throw Office.Failed(description: "")
        }
        let recipients = plan.shares.flatMap(\.recipients)
        #expect(recipients.map(\.recipient.notify) == [.success, nil])
        #expect(recipients.map(\.redirectedFrom) == [nil, Address("a@x.example")])
    }

    @Test func `a redirected recipient has the sender's DSN parameters, or those that the script asks for`()
        throws
    {
        let dsn = #"require ["redirect-dsn", "copy"]; "#
        for (script, notify, returned) in [
            (#"redirect "z@x.example";"#, .success, nil),
            (dsn + #"redirect :notify "FAILURE,DELAY" "z@x.example";"#, [.failure, .delay], nil),
            (dsn + #"redirect :notify "NEVER" :ret "HDRS" "z@x.example";"#, .never, .headers),
            (dsn + #"redirect :copy :ret "full" "z@x.example";"#, nil, .full),
        ] as [(String, NotifyConditions?, ReturnContent?)] {
            guard case .accept(let plan) = try Office(script).verdict(["a@x.example"]) else {
                throw Office.Failed(description: script)
            }
            let share = try #require(plan.shares.last)
            #expect(share.recipients.map(\.recipient.notify) == [notify], "\(script)")
            #expect(share.returnContent == returned, "\(script)")
        }
    }

    @Test func `copies that are to return more or less of a message part`() throws {
        let office = Office(
            #"require ["redirect-dsn", "copy"]; redirect :copy :ret "FULL" "y@x.example"; "#
                + #"redirect :copy :ret "HDRS" "z@x.example";"#)
        #expect(
            try office.fates("a@x.example", "b@x.example") == [
                "office: a@x.example b@x.example", "office: y@x.example<a@x.example",
                "office: z@x.example<a@x.example",
            ])
    }

    @Test func `a share knows the rule that made it`() throws {
        let office = Office("stream \"bulk\";\nredirect :copy \"j@x.example\";")
        guard case .accept(let plan) = try office.verdict(["a@x.example"]) else {
            throw Office.Failed(description: "")
        }
        #expect(plan.shares.map(\.rule) == ["s1:2", "s1:3"])
    }

    @Test(arguments: [
        (#"redirect "z@x.example";"#, ["office: z@x.example<a@x.example"]),
        (
            #"redirect :copy "z@x.example";"#,
            ["office: a@x.example b@x.example", "office: z@x.example<a@x.example"]
        ),
        (
            #"redirect :copy "z@x.example"; hold "why";"#,
            [#"office: a@x.example b@x.example hold "why" by s1:2"#, "office: z@x.example<a@x.example"]
        ),
        (#"redirect "z@x.example"; stream "bulk";"#, ["bulk: z@x.example<a@x.example"]),
        (#"discard;"#, ["discard a@x.example by s1:2", "discard b@x.example by s1:2"]),
        (#"discard; keep;"#, ["office: a@x.example b@x.example"]),
        (
            #"keep; hold "one"; hold :tag "t" "two";"#,
            [#"office: a@x.example b@x.example hold [t] "one; two" by s1:2"#]
        ),
        (#"reject "no";"#, ["all: 550 5.7.1 no: a@x.example b@x.example by s1:2"]),
        (#"reject "554 5.6.0 no";"#, ["all: 554 5.6.0 no: a@x.example b@x.example by s1:2"]),
        (#"addheader "X" "1";"#, [#"office: a@x.example b@x.example edited ["X: 1"]"#]),
        (
            #"redirect :copy "z@x.example"; addheader "X" "1";"#,
            [#"office: a@x.example b@x.example edited ["X: 1"]"#, "office: z@x.example<a@x.example"]
        ),
        (
            #"if envelope "to" "a@x.example" { addheader "X" "1"; }"#,
            [#"office: a@x.example edited ["X: 1"]"#, "office: b@x.example"]
        ),
    ])
    func `a script for two recipients`(_ script: String, _ fates: [String]) throws {
        #expect(try Office(script).fates("a@x.example", "b@x.example") == fates)
    }

    @Test func `the same recipient twice gets one copy`() throws {
        #expect(
            try Office("keep;").fates("a@x.example", "A@x.example", "a@X.example") == [
                "office: a@x.example A@x.example"
            ])
    }

    // MARK: Several scripts

    @Test func `a later script sees edits, stop ends one script, discard the list`() throws {
        let office = Office(
            #"addheader "X-Seen" "1"; stop; discard;"#,
            #"if exists "X-Seen" { stream "bulk"; } if envelope "to" "b@x.example" { discard; }"#,
            #"redirect :copy "z@x.example";"#)
        #expect(
            try office.fates("a@x.example", "b@x.example") == [
                #"bulk: a@x.example edited ["X-Seen: 1"]"#,
                #"bulk: z@x.example<a@x.example edited ["X-Seen: 1"]"#,
                "discard b@x.example by s2:2",
            ])
    }

    @Test func `a rejection by a later script undoes what an earlier one wanted`() throws {
        let office = Office(#"redirect :copy "z@x.example"; keep;"#, #"reject "no";"#)
        #expect(try office.fates("a@x.example") == ["all: 550 5.7.1 no: a@x.example by s2:2"])
    }

    // MARK: One answer for many

    private static let refusing = """
        if envelope "to" ["b@x.example", "c@x.example"] { reject "no"; }
        if envelope "to" "d@x.example" { reject "552 5.2.2 not you"; }
        """

    @Test func `one refused recipient refuses all`() throws {
        #expect(
            try Office(Self.refusing).fates("a@x.example", "b@x.example", "c@x.example") == [
                "all: 550 5.7.1 no (b@x.example, c@x.example): b@x.example c@x.example by s1:2"
            ])
        #expect(
            try Office(Self.refusing).fates("d@x.example", "b@x.example") == [
                "all: 552 5.2.2 not you (d@x.example); no (b@x.example): d@x.example b@x.example by s1:3"
            ])
    }

    @Test func `with reject_scope recipient the others go`() throws {
        var office = Office(Self.refusing)
        office.settings.policy.rejectScope = .recipient
        #expect(
            try office.fates("a@x.example", "b@x.example", "c@x.example", "d@x.example") == [
                "office: a@x.example", "550 5.7.1 no: b@x.example c@x.example by s1:2",
                "552 5.2.2 not you: d@x.example by s1:3",
            ])
        #expect(
            try office.fates("b@x.example", "c@x.example") == [
                "all: 550 5.7.1 no: b@x.example c@x.example by s1:2"
            ])
    }

    @Test func `a reply names a few of many refused recipients`() throws {
        let many = (1...500).map { "r\($0)@x.example" }
        let office = Office(#"if envelope :matches "to" "r*" { reject "no"; }"#)
        guard case .refuse(let refusal) = try office.verdict(many + ["a@x.example"]) else {
            throw Office.Failed(description: "not refused")
        }
        #expect(refusal.recipients.count == 500)
        #expect(refusal.text.hasSuffix("r10@x.example, and 490 more)"))
    }

    @Test func `the lines of a reason are the lines of the reply, unless it names recipients`() throws {
        let office = Office("if envelope :matches \"to\" \"r*\" { reject text:\nno\nway\n.\n; }")
        for (recipients, lines) in [
            (["r1@x.example"], ["no", "way"]),
            (["r1@x.example", "a@x.example"], ["no way (r1@x.example)"]),
        ] {
            guard case .refuse(let refusal) = try office.verdict(recipients) else {
                throw Office.Failed(description: "not refused")
            }
            #expect(refusal.lines == lines)
        }
    }

    @Test func `a script that refuses everybody is asked for each`() throws {
        var office = Office(#"discard;"#)
        office.settings.defaultStream = nil
        #expect(try office.fates("a@x.example") == ["discard a@x.example by s1:2"])
    }

    // MARK: Errors

    @Test func `on_error hold holds the recipients concerned, as they came`() throws {
        let office = Office(#"addheader "X" "1";"#, Self.fault)
        #expect(
            try office.fates("a@x.example", "eve@x.example") == [
                #"office: a@x.example edited ["X: 1"]"#,
                #"office: eve@x.example hold "policy-error" by s2:2"#,
                #"failure s2:2 "reject" conflicts with "keep" at s2:2: eve@x.example"#,
            ])
    }

    @Test func `on_error tempfail asks the client to try again`() throws {
        var office = Office(Self.fault)
        office.settings.policy.onError = .tempfail
        #expect(
            try office.fates("a@x.example", "eve@x.example") == [
                "all: 451 4.7.0 by s1:2",
                #"failure s1:2 "reject" conflicts with "keep" at s1:2: eve@x.example"#,
            ])
        #expect(try office.fates("a@x.example") == ["office: a@x.example"])
    }

    @Test func `on_error reject refuses`() throws {
        var office = Office(Self.fault)
        office.settings.policy.onError = .reject
        #expect(
            try office.fates("eve@x.example") == [
                "all: 550 5.7.1 this message could not be judged: eve@x.example by s1:2",
                #"failure s1:2 "reject" conflicts with "keep" at s1:2: eve@x.example"#,
            ])
    }

    @Test func `a wish to wait comes before a refusal`() throws {
        var office = Office(#"if envelope "to" "b@x.example" { reject "no"; }"#, Self.fault)
        office.settings.policy.onError = .tempfail
        #expect(try office.fates("b@x.example", "eve@x.example").first == "all: 451 4.7.0 by s2:2")
    }

    @Test func `one recipient whose script defers puts all off, with the code and text that it gives`() throws
    {
        let office = Office(
            """
            require "vnd.postern.defer";
            if envelope "to" "b@x.example" { defer "4.7.9 too fast"; }
            elsif envelope "to" "c@x.example" { reject "no"; }
            """)
        #expect(try office.fates("a@x.example", "c@x.example", "b@x.example") == ["all: 451 4.7.9 by s1:3"])
        #expect(try office.fates("a@x.example") == ["office: a@x.example"])
    }

    @Test func `redirections of one message are bounded over all recipients`() throws {
        let script = (1...17).map { #"redirect "z\#($0)@x.example";"# }.joined()
        let other = (1...16).map { #"redirect "y\#($0)@x.example";"# }.joined()
        let office = Office("if envelope \"to\" \"a@x.example\" { \(script) } else { \(other) }")
        #expect(
            try office.fates("a@x.example", "b@x.example") == [
                #"office: a@x.example b@x.example hold "policy-error" by s1:2"#,
                "failure s1:2 more than 32 redirections of one message: a@x.example b@x.example",
            ])
        #expect(try office.fates("a@x.example").count == 1)
    }

    @Test func `one copy for the journal is one copy, however many recipients there are`() throws {
        let office = Office(#"redirect :copy "journal@x.example"; if envelope "to" "z" { stop; }"#)
        guard case .accept(let plan) = try office.verdict((1...100).map { "r\($0)@x.example" }) else {
            throw Office.Failed(description: "not accepted")
        }
        #expect(plan.shares.map(\.recipients.count) == [100, 1])
    }
}
