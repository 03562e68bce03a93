import MailSyntax
import RelaySettings
import Testing

@testable import RelayDelivery

@Suite struct StreamEnvelopeTests {
    private let origin = Origin(
        client: "10.1.2.3", heloName: "pc7", listener: "lan", protocolName: "ESMTP",
        receivedAt: Timestamp(millisecondsSince1970: 1_795_252_800_000))
    private let message = Array(
        """
        Received: from inside ([10.9.9.9])\r
        \tby pc7 with SMTP; yesterday\r
        Received: by relay.office.example with SMTP\r
        \tid 1; before\r
        X-Stream: news\r
        Subject: hello\r
        X-Originating-IP: 10.1.2.3\r
        \r
        X-Stream: this is body\r

        """.utf8)

    private func address(_ text: String) -> Address {
        guard let address = Address(text) else { preconditionFailure("an address: \(text)") }
        return address
    }

    private func recipients(_ count: Int) -> [Recipient] {
        (0..<count).map { Recipient(address("u\($0)@to.example")) }
    }

    private func outgoing(
        _ change: (inout StreamSettings) -> Void = { _ in }, routeHeaders: [String] = [], sole: Address? = nil
    ) -> String {
        var stream = StreamSettings(name: "news")
        change(&stream)
        let envelope = StreamEnvelope(stream, hostname: "relay.office.example", routeHeaders: routeHeaders)
        let pieces = envelope.pieces(
            header: message, byteCount: message.count, origin: origin, id: "ABC", soleRecipient: sole)
        let bytes = pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .added(let bytes): bytes
            case .original(let range): Array(message[range])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func transactions(
        _ template: String?, sender: String?, count: Int, limit: Int = 50
    ) throws -> [StreamEnvelope.Transaction] {
        var stream = StreamSettings(name: "news")
        stream.returnPath = try template.map { try ReturnPathTemplate($0) }
        stream.recipientsPerMessage = limit
        return StreamEnvelope(stream, hostname: "relay.office.example", routeHeaders: []).transactions(
            Envelope(sender: sender.map(address), recipients: [], envelopeID: "e1"), to: recipients(count),
            at: Array(0..<count), id: "ABC", token: "ABC-77")
    }

    @Test func `our Received stands on top and all else leaves as it came`() {
        let text = outgoing(sole: address("bob@to.example"))
        #expect(text.hasPrefix("Received: from pc7 ([10.1.2.3])\r\n\tby relay.office.example with ESMTP"))
        #expect(text.contains("id ABC for <bob@to.example>"))
        #expect(text.hasSuffix(String(decoding: message, as: UTF8.self)))
    }

    @Test func `an anonymous Received names neither client nor recipient`() {
        let text = outgoing({ $0.received = .anonymous }, sole: address("bob@to.example"))
        #expect(text.hasPrefix("Received: by relay.office.example with ESMTP\r\n\tid ABC; "))
        #expect(text.hasSuffix(String(decoding: message, as: UTF8.self)))
    }

    @Test func `remove takes earlier Received off, but for the marks that show a loop`() {
        let text = outgoing { $0.received = .remove }
        #expect(text.hasPrefix("Received: by relay.office.example with ESMTP\r\n\tid ABC; "))
        #expect(!text.contains("10.9.9.9"))
        #expect(text.contains("\tid 1; before\r\nX-Stream: news\r\n"))
    }

    @Test func `the stream's additions and removals touch the header alone`() {
        let text = outgoing {
            $0.headerAdditions = [
                .init(name: "X-PM-Message-Stream", value: "outbound"), .init(name: "X-B", value: "2"),
            ]
            $0.headerRemovals = ["x-originating-ip"]
        }
        #expect(text.contains("\r\nX-PM-Message-Stream: outbound\r\nX-B: 2\r\nReceived: from inside"))
        #expect(!text.contains("X-Originating-IP"))
        #expect(text.hasSuffix("Subject: hello\r\n\r\nX-Stream: this is body\r\n"))
    }

    @Test func `a header field that routed the message is taken off`() {
        let text = outgoing(routeHeaders: ["X-Stream"])
        #expect(text.contains("id 1; before\r\nSubject: hello\r\n"))
        #expect(text.hasSuffix("\r\n\r\nX-Stream: this is body\r\n"))
    }

    @Test func `without a template the sender stays, and so do the parameters`() throws {
        let made = try transactions(nil, sender: "ann@office.example", count: 3)
        #expect(made.map(\.recipients) == [[0, 1, 2]])
        #expect(made[0].envelope.sender == address("ann@office.example"))
        #expect(made[0].envelope.recipients == recipients(3))
        #expect(made[0].envelope.envelopeID == "e1")
    }

    @Test func `more recipients than allowed leave as further transactions`() throws {
        let made = try transactions(nil, sender: "ann@office.example", count: 5, limit: 2)
        #expect(made.map(\.recipients) == [[0, 1], [2, 3], [4]])
    }

    @Test func `a template gives the new sender`() throws {
        let made = try transactions(
            "bounce+{token}@mail.office.example", sender: "ann@office.example", count: 3)
        #expect(made.count == 1)
        #expect(made[0].envelope.sender == address("bounce+ABC-77@mail.office.example"))
    }

    @Test func `a template that names a recipient makes a transaction for each`() throws {
        let made = try transactions("b+{recipient_local}@x.example", sender: "ann@office.example", count: 2)
        #expect(made.map(\.recipients) == [[0], [1]])
        #expect(made.map(\.envelope.sender) == [address("b+u0@x.example"), address("b+u1@x.example")])
    }

    @Test func `the null sender stays the null sender`() throws {
        let made = try transactions("b+{recipient_local}@x.example", sender: nil, count: 2)
        #expect(made.map(\.recipients) == [[0, 1]])
        #expect(made[0].envelope.sender == nil)
    }
}
