import MailSyntax
import RelayPolicy
import RelaySettings
import Testing

@testable import RelayIntake

/// A rehearsal says what a session says: both are asked where that can be.
@Suite struct RehearsalTests {
    private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
        var settings = Settings(
            hostname: "relay.example", postmaster: Address(localPart: "boss", domain: "office.example"))
        settings.streams = ["office": StreamSettings(name: "office")]
        settings.streamNames = ["office"]
        settings.defaultStream = "office"
        settings.aliases = AliasTable(["root": [Address(localPart: "ann", domain: "p.example")]])
        change(&settings)
        return settings
    }

    private func rehearse(
        _ settings: Settings, from sender: String = "ann@x.example", to recipients: [String],
        message: String = "Subject: x\r\n\r\ntext\r\n", client: String = "127.0.0.1", byteCount: Int? = nil,
        listener change: (inout ListenerSettings) -> Void = { _ in }
    ) throws -> Rehearsal {
        var listener = ListenerSettings(name: "lan")
        change(&listener)
        let head = Array(message.utf8)
        let origin = Origin(
            client: client, heloName: "pc7", listener: "lan", protocolName: "ESMTP",
            receivedAt: IntakeHarness.time)
        return Rehearsal(
            Rehearsal.Script(
                listener: listener, origin: origin, sender: sender, recipients: recipients, head: head,
                byteCount: byteCount ?? head.count, isEightBit: false),
            settings: settings, policy: try #require(Policy.load(settings).policy))
    }

    @Test func `a message that would be taken is shown as it would go on`() throws {
        let rehearsal = try rehearse(settings(), from: "root", to: ["root", "bob@x.example"])
        #expect(rehearsal.isAccepted && rehearsal.refusedCount == 0)
        #expect(rehearsal.reply == "250 2.0.0 Ok: queued as ID")
        #expect(rehearsal.envelope?.sender?.description == "root@relay.example")
        #expect(
            rehearsal.recipients.map(\.addresses).map { $0.map(\.description) } == [
                ["ann@p.example"], ["bob@x.example"],
            ])
        guard case .accept(let plan) = rehearsal.verdict else {
            Issue.record("not accepted")
            return
        }
        #expect(plan.shares.map(\.stream) == ["office"])
    }

    @Test func `a recipient that is refused leaves the others`() throws {
        let rehearsal = try rehearse(settings(), to: ["eve@localhost", "bob@x.example"])
        #expect(rehearsal.isAccepted && rehearsal.refusedCount == 1)
        #expect(rehearsal.recipients.first?.reply == "550 5.1.1 no mailbox of that name here")
    }

    @Test(arguments: [
        ("bob@x.example", "10.1.2.3", "550 5.7.1 relaying not permitted from your address"),
        ("eve@localhost", "127.0.0.1", "550 5.1.1 no mailbox of that name here"),
        ("a b@x.example", "127.0.0.1", "501 5.1.3 "), ("", "127.0.0.1", "501 5.1.3 "),
    ])
    func `where no recipient is taken the first refusal decides`(
        recipient: String, client: String, reply: String
    ) throws {
        let rehearsal = try rehearse(settings(), to: [recipient], client: client)
        #expect(!rehearsal.isAccepted && rehearsal.reply.hasPrefix(reply), "\(rehearsal.reply)")
        #expect(rehearsal.verdict == nil)
    }

    @Test func `what a session refuses is refused with the same words`() throws {
        #expect(try rehearse(settings(), from: "@", to: ["b@x.example"]).reply.hasPrefix("501 5.1.7 "))
        #expect(
            try rehearse(settings(), to: ["b@x.example"], byteCount: 51 << 20).reply
                == "552 5.3.4 Message too large")
        #expect(
            try rehearse(settings(), to: ["a@x.example", "b@x.example"], listener: { $0.maxRecipients = 1 })
                .recipients.last?.reply == "452 4.5.3 Too many recipients")
        let loop = String(repeating: "Received: x\r\n", count: 51) + "\r\n"
        #expect(
            try rehearse(settings(), to: ["b@x.example"], message: loop).reply
                == "554 5.4.6 too many Received fields, mail loops")
        #expect(
            try rehearse(settings { $0.defaultStream = nil }, to: ["b@x.example"]).reply
                == "550 5.7.1 no stream is configured for this message")
        #expect(
            try rehearse(
                settings { $0.streams["office"]?.maxMessageByteCount = 10 }, to: ["b@x.example"]
            ).reply == "552 5.3.4 message too large")
    }

    @Test func `a client that uses TLS is assumed where TLS is required`() throws {
        #expect(try rehearse(settings(), to: ["b@x.example"], listener: { $0.tls = .required }).isAccepted)
    }
}
