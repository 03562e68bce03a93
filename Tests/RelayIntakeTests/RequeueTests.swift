import Foundation
import MailSpool
import MailSyntax
import PosternTestSupport
import RelayPolicy
import RelaySettings
import Testing

@testable import RelayIntake

/// Held mail that goes on in an entry of its own.
@Suite struct RequeueTests {
    /// A held message, and what is to become of it.
    private struct Case {
        let intake: IntakeHarness
        let services: IntakeServices
        let id: ShareID

        /// Judges and requeues it as a release does.
        @discardableResult
        func requeue() async throws -> QueueID? {
            let claim = try await intake.spool.seize(id)
            intake.spool.giveBack(id)
            let message = try await intake.spool.message(id.entry)
            let outcome = try await SecondJudgement(
                policy: services.policy, settings: services.settings, desk: services.desk
            ).judge(claim.share, of: claim.entry, message: message, outgoing: claim.reader)
            guard case .requeue(let plan) = outcome else { throw Unexpected(outcome: outcome) }
            return try await Requeue(services, by: "ann").requeue(
                claim.share, of: claim.entry, message: message, by: plan)
        }

        /// What leaves as a share of an entry.
        func outgoing(_ id: ShareID) async throws -> String {
            let claim = try await intake.spool.seize(id)
            defer { intake.spool.giveBack(id) }
            return String(decoding: try await claim.reader.read(0..<claim.reader.byteCount), as: UTF8.self)
        }
    }

    private struct Unexpected: Error { let outcome: SecondJudgement.Outcome }

    /// Mail that `then` holds, once `now` is the script.
    private func withHeld(
        _ then: String, _ now: String, to recipients: [String] = ["bob@x.example", "eve@y.example"],
        _ change: (inout IntakeHarness.Wishes) -> Void = { _ in }, _ body: (Case) async throws -> Void
    ) async throws {
        try await withIntake { wishes in
            wishes.script = then
            change(&wishes)
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            #expect(try await client.submit(to: recipients)?.hasPrefix("250 ") == true)
            let settings = intake.services.settings
            var wishes = IntakeHarness.Wishes(listener: settings.listeners[0], settings: settings)
            wishes.script = now
            let services = intake.services.under(settings, try policy(wishes))
            let id = try #require(intake.spool.list(ShareFilter(state: .held)).first?.id)
            try await body(Case(intake: intake, services: services, id: id))
        }
    }

    private static let held = #"hold "look at it";"#
    private static let parting = """
        if envelope :domain "to" "x.example" { addheader "X-Judged" "twice"; }
        else { stream "bulk"; }
        """

    @Test func `recipients part, each with the edits of today, under a new ID`() async throws {
        try await withHeld(Self.held, Self.parting) { held in
            let before = try await held.outgoing(held.id)
            let new = try #require(try await held.requeue())
            #expect(
                try await held.intake.shares() == [
                    "office bob@x.example waiting", "bulk eve@y.example waiting",
                ])
            let texts = [
                try await held.outgoing(ShareID(entry: new, number: 1)),
                try await held.outgoing(ShareID(entry: new, number: 2)),
            ]
            #expect(texts == ["X-Judged: twice\r\n" + before, before])
            let created = held.intake.events.events("created")
            #expect(created.map { $0["ID"] } == ["\(new)", "\(new)"])
            #expect(created.map { $0["PARENT"] } == ["\(held.id.entry)", "\(held.id.entry)"])
            #expect(created.map { $0["STREAM"] } == ["office", "bulk"])
            #expect(created.map { $0["SENDER"] } == ["ann@x.example", "ann@x.example"])
            await #expect(throws: SpoolError.notFound) { try await held.intake.spool.entry(held.id.entry) }
        }
    }

    @Test func `the time it was held does not count`() async throws {
        let now = Self.parting.replacing(#"stream "bulk";"#, with: #"hold "ask Anna";"#)
        try await withHeld(Self.held, now) { held in
            held.intake.clock.advance(by: .seconds(7200))
            let new = try #require(try await held.requeue())
            let entry = try await held.intake.spool.entry(new)
            #expect(entry.origin.receivedAt == IntakeHarness.time)
            #expect(entry.shares[0].heldFor == .seconds(7200))
            guard case .held(let hold) = entry.shares[1].standing else {
                throw Unexpected(outcome: .stay(""))
            }
            #expect(hold.reason == "ask Anna" && hold.heldAt == IntakeHarness.time)
        }
    }

    @Test func `some may be held again, dropped or refused, and each is told`() async throws {
        let now = """
            if envelope :domain "to" "x.example" { hold "ask Anna"; }
            elsif envelope :domain "to" "y.example" { discard; }
            elsif envelope :domain "to" "z.example" { reject "no"; }
            """
        let recipients = ["bob@x.example", "eve@y.example", "joe@z.example", "amy@w.example"]
        try await withHeld(Self.held, now, to: recipients) {
            $0.settings.policy.rejectScope = .recipient
        } _: { held in
            let new = try #require(try await held.requeue())
            let events = held.intake.events
            #expect(
                try await held.intake.shares() == [
                    "office bob@x.example held", "office amy@w.example waiting",
                    "office ann@x.example waiting",
                ])
            let told = try await events.wait("held", count: 2)
            #expect(told["ID"] == "\(new)" && told["REASON"] == "ask Anna" && told["OPERATOR"] == "ann")
            #expect(events.events("discarded").map { $0["RECIPIENT"] } == ["eve@y.example"])
            #expect(events.events("refused").map { $0["RECIPIENT"] } == ["joe@z.example"])
            #expect(events.events("created").filter { $0["PARENT"] == "\(held.id.entry)" }.count == 3)
        }
    }

    @Test func `what a script failed at is copied into its folder now`() async throws {
        let place = try TemporaryFolder()
        let folder = place.path + "/archive"
        try await withHeld(
            #"keep; reject "no";"#, #"require "fileinto"; fileinto :copy "archive";"#, to: ["bob@x.example"]
        ) {
            $0.settings.policy.folders = ["archive": folder]
        } _: { held in
            try await held.requeue()
            // And the postmaster has heard of the error.
            #expect(
                try await held.intake.shares()
                    == ["office boss@office.example waiting", "office bob@x.example waiting"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/new").count == 1)
        }
    }

    @Test func `somebody who was faster sends it, and nobody else`() async throws {
        try await withHeld(Self.held, Self.parting) { held in
            let claim = try await held.intake.spool.seize(held.id)
            held.intake.spool.giveBack(held.id)
            try await held.intake.spool.release(held.id)
            var plan = Plan()
            plan.shares = [
                PlannedShare(recipients: claim.share.pendingRecipients.map { .init($0) }, stream: "bulk")
            ]
            let message = try await held.intake.spool.message(held.id.entry)
            await #expect(throws: SpoolError.unfitting) {
                try await Requeue(held.services, by: "ann").requeue(
                    claim.share, of: claim.entry, message: message, by: plan)
            }
            #expect(try await held.intake.shares() == ["office bob@x.example,eve@y.example waiting"])
        }
    }

    /// The syncs: of the new entry, of the old share's end, of each release.
    @Test(arguments: 1...4)
    func `whatever the disk refuses, it is there and does not go twice`(failing: Int) async throws {
        try await withHeld(Self.held, Self.parting) { held in
            held.intake.disk.set { $0.failingSync = failing }
            await #expect(throws: SpoolError.self) { try await held.requeue() }
            held.intake.disk.set { $0.failingSync = 0 }
            let old = "office bob@x.example,eve@y.example held"
            let (bob, eve) = ("office bob@x.example", "bulk eve@y.example")
            let shares = try await held.intake.shares()
            switch failing {
            case 1: #expect(shares == [old])
            case 2: #expect(shares == [old, bob + " held", eve + " held"])
            case 3: #expect(shares == [bob + " held", eve + " waiting"])
            default: #expect(shares == [bob + " waiting", eve + " held"])
            }
        }
    }

    @Test func `an old share that ended although its folder was not synced leaves the new one held`()
        async throws
    {
        try await withHeld(Self.held, Self.parting) { held in
            // The first is the new entry's.
            held.intake.disk.set { $0.failingFolderSync = 2 }
            await #expect(throws: SpoolError.self) { try await held.requeue() }
            #expect(
                try await held.intake.shares() == ["office bob@x.example held", "bulk eve@y.example held"])
            for share in held.intake.spool.list() {
                let entry = try await held.intake.spool.entry(share.id.entry)
                guard case .held(let hold) = entry.shares[share.id.number - 1].standing else { continue }
                #expect(hold.reason == "unfinished-release of \(held.id)" && hold.rule == nil)
            }
        }
    }

    @Test func `a report stays one`() async throws {
        try await withHeld(Self.held, Self.parting) { held in
            var draft = held.intake.spool.makeDraft()
            try await draft.append(Array("Subject: Undelivered\r\n\r\nSorry.\r\n".utf8))
            let report = try await held.intake.spool.commit(
                draft,
                NewEntry(
                    envelope: Envelope(
                        sender: nil, recipients: [Recipient(Address(localPart: "ann", domain: "x.example"))]),
                    origin: try await held.intake.spool.entry(held.id.entry).origin, parent: held.id.entry,
                    shares: [
                        NewShare(
                            recipients: [Recipient(Address(localPart: "ann", domain: "x.example"))],
                            stream: "office", hold: Hold(reason: "by ann", heldAt: IntakeHarness.time))
                    ]))
            let of = Case(
                intake: held.intake, services: held.services, id: ShareID(entry: report, number: 1))
            let new = try #require(try await of.requeue())
            #expect(try await held.intake.spool.entry(new).parent == held.id.entry)
        }
    }
}
