import MailSpool
import MailSyntax
import PosternTestSupport
import RelayPolicy
import Synchronization
import Testing

@testable import RelayIntake

/// What waits because a script failed is judged again without a person.
@Suite struct ErrorRetrialTests {
    /// The shares that a round wants judged.
    private final class Judge: Sendable {
        let ids = Mutex<[ShareID]>([])
        let rests = Mutex<[Duration]>([])

        func round(_ intake: IntakeHarness, isOfAll: Bool = false) async throws -> [ShareID] {
            ids.withLock { $0 = [] }
            let retrial = ErrorRetrial(
                intake.spool, now: { intake.clock.now }, judge: { id in self.ids.withLock { $0.append(id) } })
            try await retrial.round(isOfAll: isOfAll) { span in self.rests.withLock { $0.append(span) } }
            return ids.withLock { $0 }
        }
    }

    /// Fails for some, holds others in words of its own.
    private static let script = """
        if envelope :localpart "to" "fail" { keep; reject "no"; }
        if envelope :localpart "to" "same" { hold "policy-error"; stop; }
        hold "look at it";
        """

    private func withHeld(
        _ recipients: [String], _ body: (IntakeHarness, Judge) async throws -> Void
    ) async throws {
        try await withIntake {
            $0.script = Self.script
        } _: { intake in
            let client = try await intake.connect()
            try await client.greet()
            for name in recipients {
                #expect(try await client.submit(to: ["\(name)@x.example"])?.hasPrefix("250 ") == true)
            }
            try await body(intake, Judge())
        }
    }

    private func names(_ ids: [ShareID], _ intake: IntakeHarness) async throws -> [String] {
        var names: [String] = []
        for id in ids {
            let share = try await intake.spool.entry(id.entry).shares[id.number - 1]
            names += share.recipients.map(\.recipient.address.localPart)
        }
        return names
    }

    @Test func `only what a failure holds is judged again, whatever words a script has for its holds`()
        async throws
    {
        try await withHeld(["fail", "same", "other"]) { intake, judge in
            for isOfAll in [false, true] {
                let ids = try await judge.round(intake, isOfAll: isOfAll)
                #expect(try await names(ids, intake) == ["fail"])
            }
        }
    }

    @Test func `an hour after it was held only another policy is a reason`() async throws {
        try await withHeld(["fail"]) { intake, judge in
            intake.clock.advance(by: .seconds(3600))
            let ids = try await judge.round(intake)
            #expect(ids.count == 1)
            intake.clock.advance(by: .seconds(1))
            #expect(try await judge.round(intake).isEmpty)
            #expect(try await judge.round(intake, isOfAll: true).count == 1)
        }
    }

    @Test func `a clock set back ends nothing`() async throws {
        try await withHeld(["fail"]) { intake, judge in
            intake.clock.advance(by: .seconds(-86_400))
            let ids = try await judge.round(intake)
            #expect(ids.count == 1)
        }
    }

    @Test func `what is released or under way is left alone`() async throws {
        try await withHeld(["fail", "fail"]) { intake, judge in
            let ids = intake.spool.list(ShareFilter(state: .held)).map(\.id)
            try await intake.spool.release(ids[0])
            _ = try await intake.spool.seize(ids[1])
            #expect(try await judge.round(intake).isEmpty)
            intake.spool.giveBack(ids[1])
            #expect(try await judge.round(intake) == [ids[1]])
        }
    }

    @Test func `a long round rests`() async throws {
        try await withHeld([]) { intake, judge in
            for number in 0..<250 {
                var draft = intake.spool.makeDraft()
                try await draft.append(Array("Subject: \(number)\r\n\r\n".utf8)[...])
                let recipient = Recipient(Address(localPart: "a", domain: "x.example"))
                let hold = Hold(reason: PlannedHold.policyError, heldAt: IntakeHarness.time)
                let origin = Origin(
                    client: "10.1.2.3", heloName: "pc7", listener: "lan", protocolName: "ESMTP",
                    receivedAt: IntakeHarness.time)
                try await intake.spool.commit(
                    draft,
                    NewEntry(
                        envelope: Envelope(sender: nil, recipients: [recipient]), origin: origin,
                        shares: [NewShare(recipients: [recipient], stream: "office", hold: hold)]))
            }
            #expect(try await judge.round(intake).count == 250)
            #expect(judge.rests.withLock { $0 } == [.seconds(1), .seconds(1)])
        }
    }

    @Test func `the bell rings every five minutes`() async throws {
        try await withHeld(["fail"]) { intake, _ in
            let bell = RetrialBell()
            let spans = Mutex<[Duration]>([])
            let count = Mutex(0)
            let retrial = ErrorRetrial(
                intake.spool, now: { intake.clock.now },
                judge: { _ in
                    count.withLock { $0 += 1 }
                    withUnsafeCurrentTask { $0?.cancel() }
                })
            await bell.run { span in
                let isEnough = spans.withLock { spans in
                    spans.append(span)
                    return spans.count == 3
                }
                if isEnough { throw CancellationError() }
            }
            #expect(spans.withLock { $0 } == [.seconds(300), .seconds(300), .seconds(300)])
            await retrial.run(bell) { _ in }
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test func `each ring is a round, and rings while one lasts are one`() async throws {
        try await withHeld(["fail"]) { intake, _ in
            let bell = RetrialBell()
            let count = Mutex(0)
            intake.clock.advance(by: .seconds(86_400))
            let retrial = ErrorRetrial(
                intake.spool, now: { intake.clock.now },
                judge: { _ in
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    guard number == 1 else { return withUnsafeCurrentTask { $0?.cancel() } }
                    bell.ringForAll()
                    bell.ringForAll()
                })
            bell.ringForAll()
            await retrial.run(bell) { _ in }
            #expect(count.withLock { $0 } == 2)
        }
    }
}
