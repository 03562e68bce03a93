import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

/// What scripts know beside header and envelope, and what they want done beside sending.
@Suite struct PolicyEffectsTests {
    private func plan(_ office: Office, _ recipients: String...) throws -> Plan {
        guard case .accept(let plan) = try office.verdict(recipients) else {
            throw Office.Failed(description: "not accepted")
        }
        return plan
    }

    // MARK: What scripts know

    @Test(arguments: [
        #"environment "vnd.postern.listener" "lan""#, #"environment :matches "remote-ip" "10.1.*""#,
        #"environment "vnd.postern.hook" "data""#, #"environment "host" "relay.office.example""#,
        #"environment "domain" "office.example""#, #"environment "vnd.postern.rcpt-count" "1""#,
        #"environment "location" "MTA""#, #"environment :cidr "remote-ip" ["10.0.0.0/8"]"#,
        #"envelope "auth" "crm""#, #"environment "vnd.postern.auth-user" "crm""#,
        #"currentdate "year" "1970""#, #"date "date" "year" "2026""#,
        #"envelope :list "to" ":postern:partners""#, #"not envelope :list "from" ":postern:partners""#,
        #"body :contains "SECRET""#, #"not body :contains "nothing""#, #"detect "customer-no""#,
        #"detect :minimum 2 "customer-no""#, #"not detect :minimum 3 "customer-no""#,
        #"detect "card-number""#, #"spamtest "0""#, #"virustest "0""#,
        #"header :mime :contenttype "Content-Type" "text/plain""#,
    ])
    func `a test holds`(_ test: String) throws {
        var office = Office(
            """
            require ["environment","vnd.postern.cidr","date","extlists","body","vnd.postern.detect","mime"];
            require ["spamtest","virustest"];
            if not \(test) { reject "no"; }
            """)
        office.origin.user = "crm"
        office.header += "Date: Thu, 1 Jan 2026 12:00:00 +0000\nContent-Type: text/plain\n"
        office.body = "Secret: K-12345678, K-12345678 and K-87654321; 4111 1111 1111 1111\n"
        office.files["/lists/partners"] = "# partners\n\nBob@Partner.example\n  eve@x.example \n"
        office.settings.policy.lists = ["partners": "/lists/partners"]
        office.settings.policy.patterns = ["customer-no": "K-[0-9]{8}"]
        #expect(try office.fates("bob@partner.example") == ["office: bob@partner.example"])
    }

    @Test func `scripts include others that lie beside them`() throws {
        var office = Office(#"require "include"; include "shared"; include :global "all.sieve";"#)
        office.files["/policy/shared.sieve"] = #"require "editheader"; addheader "X-Shared" "1";"#
        office.files["/policy/global/all.sieve"] = #"require "editheader"; addheader "X-All" "1";"#
        #expect(
            try office.fates("a@x.example") == [#"office: a@x.example edited ["X-All: 1", "X-Shared: 1"]"#])
    }

    @Test func `what is not done in time is an error of the script`() throws {
        let office = Office(#"if true { keep; }"#)
        let policy = try #require(office.loaded().policy)
        let envelope = Envelope(sender: nil, recipients: [Recipient(try #require(Address("a@x.example")))])
        let message = JudgedMessage(Array("A: b\r\n\r\n".utf8), envelope: envelope, origin: office.origin)
        let verdict = policy.judge(message, JudgingAids(clock: .init(.zero) { ContinuousClock().now }))
        #expect(
            verdict.lines == [
                #"office: a@x.example hold "policy-error" by s1:2"#,
                "failure s1:2 not done in time: a@x.example",
            ])
    }

    // MARK: What they want done

    @Test func `a message counts once however many recipients it has`() throws {
        let office = Office(
            """
            require "vnd.postern.limit";
            if envelope "to" "x" {}
            if overlimit "all" 2 60 { reject "too much"; }
            """)
        for _ in 1...2 {
            let plan = try plan(office, "a@x.example", "b@x.example")
            #expect(plan.traces.counts.map(\.amount) == [1])
            office.memory.take(plan.traces)
        }
        #expect(try office.fates("a@x.example") == ["all: 550 5.7.1 too much: a@x.example by s1:4"])
    }

    @Test func `of one message the recipients beyond the limit are told apart from the others`() throws {
        let office = Office(
            """
            require "vnd.postern.limit";
            if overlimit :per "recipient" "all" 2 60 { hold "too many"; }
            """)
        #expect(
            try office.fates("a@x.example", "b@x.example", "c@x.example") == [
                "office: a@x.example b@x.example", #"office: c@x.example hold "too many" by s1:3"#,
            ])
    }

    @Test func `a duplicate is known only after the first was accepted`() throws {
        let office = Office(#"require "duplicate"; if duplicate :header "subject" { discard; }"#)
        let first = try plan(office, "a@x.example")
        #expect(try plan(office, "a@x.example").shares.count == 1)
        office.memory.take(first.traces)
        #expect(try office.fates("a@x.example") == ["discard a@x.example by s1:2"])
    }

    @Test func `a refused message leaves nothing behind`() throws {
        let office = Office(
            #"require ["duplicate","enotify"]; if not duplicate { notify "mailto:a@b.example"; } reject "no";"#
        )
        #expect(try office.fates("a@x.example") == ["all: 550 5.7.1 no: a@x.example by s1:2"])
    }

    @Test func `a notice is sent once for all recipients`() throws {
        let office = Office(
            #"""
            require "enotify";
            if envelope "to" "x" {}
            notify :message "look" "mailto:boss@office.example";
            """#)
        let notices = try plan(office, "a@x.example", "b@x.example").notices
        #expect(notices.map(\.subject) == ["look"])
        #expect(notices.map { $0.recipients.map(\.description) } == [["boss@office.example"]])
    }

    @Test func `fileinto stores instead of sending, with copy beside it`() throws {
        var office = Office(
            #"""
            require ["fileinto","copy"];
            if envelope :domain "to" "x.example" { fileinto "archive"; } else { fileinto :copy "archive"; }
            """#)
        office.settings.policy.folders = ["archive": "/archive"]
        let plan = try plan(office, "a@x.example", "b@y.example", "c@x.example")
        #expect(plan.shares.flatMap(\.recipients).map(\.recipient.address.description) == ["b@y.example"])
        #expect(plan.storages.map(\.folder) == ["archive"])
        #expect(plan.storages.flatMap(\.recipients).count == 3)
        #expect(plan.discarded == [])
    }

    @Test(arguments: [
        (#"require "fileinto"; fileinto "none";"#, "unknown folder \"none\""),
        (
            #"require "extlists"; if envelope :list "to" ":postern:partner" { keep; }"#,
            "unknown list \":postern:partner\"; did you mean \":postern:partners\"?"
        ),
        (
            #"require "vnd.postern.detect"; if detect "customer-nr" { keep; }"#,
            "unknown detector \"customer-nr\"; did you mean \"customer-no\"?"
        ),
    ])
    func `a name that is not configured is a mistake`(_ script: String, _ text: String) {
        var office = Office(script)
        office.files["/lists/partners"] = ""
        office.settings.policy.lists = ["partners": "/lists/partners"]
        office.settings.policy.patterns = ["customer-no": "K-[0-9]{8}"]
        let outcome = office.loaded()
        #expect(outcome.policy == nil)
        #expect(outcome.findings.map(\.text) == [text])
    }

    @Test func `a pattern that is none, and a list that is not there, are mistakes`() {
        var office = Office()
        office.settings.policy.patterns = ["p": "(a"]
        office.settings.policy.lists = ["l": "/none"]
        #expect(
            office.loaded().findings.map(\.text) == [
                "no such file", "policy.patterns.p: no regular expression: \"(\" without \")\"",
            ])
    }

    @Test func `what is edited for one recipient is not edited for the next`() throws {
        var office = Office(
            #"""
            require ["enclose","foreverypart","replace","mime"];
            if envelope "to" "a@x.example" { foreverypart { replace "other"; } }
            elsif envelope "to" "b@x.example" { enclose "see below"; }
            """#)
        (office.body, office.byteCount) = ("one\n", nil)
        let plan = try plan(office, "a@x.example", "b@x.example", "c@x.example")
        let edits = plan.shares.map(\.edits)
        #expect(edits.count == 3)
        #expect(edits.last == PlannedEdits.none)
        let added = edits.map { edit in
            (edit.body ?? []).flatMap { piece -> [UInt8] in
                if case .added(let bytes) = piece { bytes } else { [] }
            }
        }
        #expect(String(decoding: added[0], as: UTF8.self).contains("other"))
        #expect(!String(decoding: added[1], as: UTF8.self).contains("other"))
    }

    // MARK: RCPT

    private func answer(_ office: Office, _ recipient: String) throws -> String {
        let policy = try #require(office.loaded().policy)
        let address = try #require(Address(recipient))
        let envelope = Envelope(sender: Address("ann@office.example"), recipients: [])
        switch policy.judge(Recipient(address), of: envelope, origin: office.origin) {
        case .accept: return "accept"
        case .refuse(let refusal): return "\(refusal.code) \(refusal.status) \(refusal.text) \(refusal.rule)"
        }
    }

    @Test func `scripts at RCPT refuse a recipient, put it off, and choose its stream`() throws {
        let office = Office.atRecipients(
            #"""
            require ["environment","vnd.postern.defer"];
            if not environment "vnd.postern.hook" "rcpt" { error; }
            if envelope :domain "to" "bad.example" { reject "not there"; }
            if envelope :domain "to" "late.example" { defer "4.7.1 later"; }
            if envelope :domain "to" "bulk.example" { stream "bulk"; }
            """#.replacing("{ error; }", with: "{ reject \"hook\"; }"))
        #expect(try answer(office, "a@bad.example") == "550 5.7.1 not there s1:4")
        #expect(try answer(office, "a@late.example") == "451 4.7.1 later s1:5")
        #expect(try answer(office, "a@bulk.example") == "accept")
        #expect(
            try office.fates("a@bulk.example", "a@x.example") == [
                "bulk: a@bulk.example", "office: a@x.example",
            ])
    }

    @Test func `what takes too much at RCPT waits for the message`() throws {
        let test = #"if string :regex "x" "${key}" { stop; }"#
        let office = Office.atRecipients(
            """
            require ["regex","variables"];
            set "key" "y+";
            \(repeatElement(test, count: 12).joined(separator: "\n"))
            reject "no";
            """)
        #expect(try answer(office, "a@x.example") == "accept")
        #expect(try office.fates("a@x.example") == ["all: 550 5.7.1 no: a@x.example by s1:16"])
    }

    @Test func `time that is over at RCPT refuses nobody`() throws {
        let policy = try #require(Office.atRecipients("reject \"no\";").loaded().policy)
        let now = ContinuousClock().now
        let aids = JudgingAids(clock: .init(.zero) { now })
        let recipient = Recipient(Address(localPart: "a", domain: "x.example"))
        let envelope = Envelope(sender: nil, recipients: [])
        #expect(policy.judge(recipient, of: envelope, origin: Office().origin, aids) == .accept)
    }

    @Test func `what needs the message is a mistake at RCPT`() {
        let office = Office.atRecipients(
            """
            require "fileinto"; require "body";
            if header "subject" "x" { hold "y"; }
            """)
        #expect(
            office.loaded().findings.map { "\($0.line):\($0.column) \($0.text)" } == [
                "2:9 \"fileinto\" is not built in this version",
                "2:29 \"body\" needs the message; not available in hook rcpt",
                "3:4 test \"header\" needs the message; not available in hook rcpt",
                "3:27 command \"hold\" needs the message; not available in hook rcpt",
            ])
    }
}
