import MailSyntax
import RelayEvents
import Testing

@Suite struct EventFieldsTests {
    @Test func `a delivery tells everything it knows, in order`() {
        let fields = EventFields(.delivered(Samples.delivery), toldAt: Samples.time)
        #expect(
            fields.pairs.dropFirst().map { "\($0.name)=\($0.value)" } == [
                "PRIORITY=5", "MESSAGE_ID=\(EventKind.delivered.messageID)", "SYSLOG_IDENTIFIER=postern",
                "SYSLOG_FACILITY=2", "POSTERN_EVENT=delivered", "POSTERN_ID=0QJ5E6W3G0A1B", "POSTERN_SHARE=2",
                "POSTERN_MESSAGE_ID=<m@office.example>", "POSTERN_PARENT=0QJ5E6W3G0000",
                "POSTERN_STREAM=office",
                "POSTERN_SENDER=anna@office.example", "POSTERN_NEW_SENDER=bounce+1@office.example",
                "POSTERN_RECIPIENT=bert@partner.example", "POSTERN_SMARTHOST=smtp.example:587",
                "POSTERN_TLS=TLSv1.3", "POSTERN_CREDENTIAL=m365", "POSTERN_ATTEMPT=3",
                "POSTERN_REPLY=250 2.0.0 Ok: queued as 77", "POSTERN_STATUS=2.0.0", "POSTERN_REMOTE_ID=77",
                "POSTERN_REASON=recovered", "POSTERN_SIZE=4096", "POSTERN_DELAY_MS=1234",
                "POSTERN_NEXT_ATTEMPT=2026-11-21T09:05:00.000Z",
            ])
    }

    @Test(arguments: [
        ("outbound.sieve:3", ["POSTERN_RULE=outbound.sieve:3"]),
        ("outbound.sieve:3 (cards (3))", ["POSTERN_RULE=outbound.sieve:3", "POSTERN_RULE_NAME=cards (3)"]),
        ("routes", ["POSTERN_RULE=routes"]),
    ])
    func `a rule that has a name is told by two fields`(rule: String, expected: [String]) throws {
        let sender = Address(localPart: "a", domain: "b.example")
        let event = Discarded(id: "0QJ5E6W3G0A1B", sender: sender, recipient: sender, rule: rule)
        let pairs = EventFields(.discarded(event), toldAt: Samples.time).pairs
        #expect(
            pairs.filter { $0.name.hasPrefix("POSTERN_RULE") }.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test func `every event begins with what all entries have`() {
        for (event, _) in Samples.sentences {
            let fields = EventFields(event, toldAt: Samples.time)
            #expect(
                fields.pairs.prefix(6).map(\.name) == [
                    "MESSAGE", "PRIORITY", "MESSAGE_ID", "SYSLOG_IDENTIFIER", "SYSLOG_FACILITY",
                    "POSTERN_EVENT",
                ])
            #expect(fields.value(of: "POSTERN_EVENT") == event.kind.rawValue)
            #expect(fields.value(of: "PRIORITY") == String(event.level.rawValue))
        }
    }

    @Test func `control characters reach neither journal nor terminal`() {
        let fields = EventFields(
            .stopping(reason: "a\r\nb\tc\u{1B}[31m\u{7F}\u{9B}1m\u{0}\u{A0}é✓"), toldAt: Samples.time)
        #expect(fields.value(of: "POSTERN_REASON") == "a  b c?[31m???1m?\u{A0}é✓")
    }

    @Test func `a long value is cut between two characters`() throws {
        let fields = EventFields(
            .stopping(reason: "x" + String(repeating: "é", count: 5000)), toldAt: Samples.time)
        let value = try #require(fields.value(of: "POSTERN_REASON"))
        #expect(value.utf8.count == 2047)
        #expect(value.hasSuffix("éé"))
    }

    @Test func `a thousand recipients are counted and fifty named`() {
        let event = Event.accepted(
            Accepted(
                id: "A", origin: Samples.origin, sender: nil,
                recipients: [Address](repeating: Samples.bert, count: 1000), streams: ["office"], byteCount: 1
            ))
        let fields = EventFields(event, toldAt: Samples.time)
        #expect(fields.pairs.count { $0.name == "POSTERN_RECIPIENT" } == 50)
        #expect(fields.value(of: "POSTERN_RECIPIENT_COUNT") == "1000")
    }

    @Test func `message IDs are 128 bits each and all different`() {
        let ids = EventKind.allCases.map(\.messageID)
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(id.utf8.count == 32)
            #expect(id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        }
    }
}
