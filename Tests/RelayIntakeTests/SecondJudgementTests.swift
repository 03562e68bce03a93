import MailSpool
import MailSyntax
import PosternTestSupport
import RelayPolicy
import RelaySettings
import Testing

@testable import RelayIntake

/// Held mail that the policy of today judges once more.
@Suite struct SecondJudgementTests {
    private static let held = #"hold "look at it";"#
    private static let failing = #"keep; reject "no";"#
    private static let edited = #"addheader "X-Judged" "once";"#

    /// What `now` makes of the share that `then` held, or that an operator held, in a line.
    private func outcome(
        _ then: String, _ now: String, to recipients: [String] = ["bob@x.example"],
        share number: Int? = nil,
        _ change: @escaping (inout IntakeHarness.Wishes) -> Void = { _ in },
        arrival: (inout IntakeHarness.Wishes) -> Void = { _ in }
    ) async throws -> String {
        var line = ""
        try await withIntake { wishes in
            wishes.script = then
            arrival(&wishes)
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: recipients)?.hasPrefix("250 ") == true)
            if let id = intake.spool.list().map(\.id).first(where: { $0.number == number }) {
                try await intake.spool.hold(id, Hold(reason: "by ann", heldAt: IntakeHarness.time))
            }
            line = try await judged(by: now, intake, change).line
        }
        return line
    }

    private func judged(
        by script: String, _ intake: IntakeHarness, _ change: (inout IntakeHarness.Wishes) -> Void
    ) async throws -> SecondJudgement.Outcome {
        var wishes = IntakeHarness.Wishes(
            listener: intake.services.settings.listeners[0], settings: intake.services.settings)
        wishes.script = script
        change(&wishes)
        let judgement = SecondJudgement(
            policy: try policy(wishes), settings: wishes.settings,
            desk: PolicyDesk(
                memory: PolicyMemory(now: { IntakeHarness.time }), uptime: { ContinuousClock().now }))
        let id = try #require(intake.spool.list(ShareFilter(state: .held)).first?.id)
        let claim = try await intake.spool.seize(id)
        defer { intake.spool.giveBack(id) }
        return try await judgement.judge(
            claim.share, of: claim.entry, message: try await intake.spool.message(id.entry),
            outgoing: claim.reader)
    }

    @Test(arguments: [
        ("", "send by office"),
        (#"stream "bulk";"#, "send by bulk"),
        (#"stream "bulk"; hold "size";"#, "hold in bulk: size (test.sieve:2)"),
        (#"reject "not this";"#, "refuse: not this"),
        ("discard;", "discard by test.sieve:2"),
        (#"redirect "eve@x.example";"#, "requeue: office eve@x.example"),
        (#"redirect :copy "eve@x.example";"#, "requeue: office bob@x.example, office eve@x.example"),
        (edited, "requeue: office bob@x.example edited"),
    ])
    func `the scripts of today decide`(script: String, line: String) async throws {
        #expect(try await outcome(Self.held, script) == line)
    }

    @Test func `edits of the first judgement may stay as they are, and go only as the policy wants them`()
        async throws
    {
        #expect(try await outcome(Self.edited + Self.held, Self.edited) == "send by office")
        #expect(
            try await outcome(Self.edited + Self.held, "")
                == "requeue: office bob@x.example")
        #expect(try await outcome(Self.edited + Self.held, Self.held).hasPrefix("hold in office: look at it"))
    }

    @Test func `a copy that was sent already is not sent again`() async throws {
        let copy = #"redirect :copy "eve@x.example";"#
        #expect(try await outcome(copy + Self.held, copy) == "send by office")
        #expect(
            try await outcome(copy + Self.held, copy + Self.edited) == "requeue: office bob@x.example edited")
        #expect(
            try await outcome(copy + Self.held, copy.replacing(":copy ", with: ""))
                == "stay: the policy redirects it, as it did when it came")
    }

    @Test func `what was redirected goes where it was redirected to`() async throws {
        let redirect = #"redirect "eve@x.example";"#
        let copy = #"redirect :copy "eve@x.example";"#
        #expect(try await outcome(redirect, redirect, share: 1) == "send by office")
        #expect(try await outcome(copy, copy, share: 2) == "send by office")
        #expect(try await outcome(copy, redirect, share: 2) == "send by office")
        #expect(
            try await outcome(copy, redirect, share: 1)
                == "stay: the policy redirects it, as it did when it came")
    }

    @Test func `what a release that broke off has left is for a person`() async throws {
        try await withIntake { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: ["bob@x.example"])?.hasPrefix("250 ") == true)
            let id = try #require(intake.spool.list().first?.id)
            try await intake.spool.hold(
                id, Hold(reason: "unfinished-release of 1M7Z1G91CFA62/1", heldAt: IntakeHarness.time))
            let line = try await judged(by: "", intake) { _ in }.line
            #expect(line == "stay: unfinished-release, see postern-runbook(7)")
        }
    }

    @Test func `recipients of one share may part`() async throws {
        let both = ["bob@x.example", "eve@y.example"]
        let one = #"if envelope :domain "to" "y.example" { discard; }"#
        #expect(try await outcome(Self.held, "", to: both) == "send by office")
        #expect(
            try await outcome(Self.held, one, to: both)
                == "requeue: office bob@x.example, eve@y.example discarded")
        let refusal = one.replacing("discard;", with: #"reject "no";"#)
        #expect(try await outcome(Self.held, refusal, to: both) == "refuse: no (eve@y.example)")
        #expect(
            try await outcome(Self.held, refusal, to: both) { $0.settings.policy.rejectScope = .recipient }
                == "requeue: office bob@x.example, eve@y.example refused")
    }

    @Test(arguments: [PolicySettings.ErrorAction.hold, .tempfail, .reject])
    func `a script that fails keeps the mail, whatever on_error says`(action: PolicySettings.ErrorAction)
        async throws
    {
        let line = try await outcome(Self.held, Self.failing) { $0.settings.policy.onError = action }
        #expect(line.hasPrefix("failure at test.sieve:"), "\(line)")
    }

    @Test func `a copy for a folder is stored when mail comes; of what a script failed at once it is judged`()
        async throws
    {
        let place = try TemporaryFolder()
        let script = #"require "fileinto"; fileinto :copy "archive";"#
        for (then, expected) in [
            (script + Self.held, "send by office"),
            (script + Self.failing, "requeue: office bob@x.example, copy in archive"),
        ] {
            let folders = ["archive": place.path + "/archive"]
            #expect(
                try await outcome(then, script, arrival: { $0.settings.policy.folders = folders })
                    == expected)
        }
    }

    @Test func `what is too large for its stream stays`() async throws {
        let line = try await outcome(Self.held, "") { $0.settings.streams["office"]?.maxMessageByteCount = 1 }
        #expect(line == "stay: it is too large for its stream")
    }
}

extension SecondJudgement.Outcome {
    fileprivate var line: String {
        switch self {
        case .send(let stream): "send by \(stream)"
        case .hold(let hold, let stream): "hold in \(stream): \(hold.reason) (\(hold.rule))"
        case .refuse(let refusal): "refuse: \(refusal.text)"
        case .discard(let rule): "discard by \(rule)"
        case .failure(let failure): "failure at \(failure.rule)"
        case .stay(let why): "stay: \(why)"
        case .requeue(let plan): "requeue: \(plan.line)"
        }
    }
}

extension Plan {
    fileprivate var line: String {
        let shares = shares.map { share in
            ([share.stream] + share.recipients.map(\.recipient.address.description)
                + (share.edits == .none ? [] : ["edited"])).joined(separator: " ")
        }
        let others =
            discarded.map { "\($0.recipient.address) discarded" }
            + refused.flatMap(\.recipients).map { "\($0) refused" } + storages.map { "copy in \($0.folder)" }
        return shares.isEmpty && others.isEmpty ? "nothing" : (shares + others).joined(separator: ", ")
    }
}
