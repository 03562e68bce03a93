import MailSyntax
import Testing

@Suite struct DeliveryReportTests {
    private let message = Array(
        "Subject: Invoice 42\r\nMessage-ID: <m1@x.example>\r\n\r\nPlease pay.\r\n".utf8)
    private let arrival = Timestamp(millisecondsSince1970: 1_795_251_600_000)

    private func report(
        _ kind: DeliveryReport.Kind = .failure, message: [UInt8]? = nil, fates: [DeliveryReport.Fate]? = nil
    ) -> DeliveryReport {
        let message = message ?? self.message
        let fate = DeliveryReport.Fate(
            recipient: Recipient(
                Address(localPart: "bob", domain: "y.example"),
                originalRecipient: "rfc822;bob+2Bbilling@y.example"),
            status: EnhancedStatus(kind == .failure ? 5 : 4, 1, 1), remoteHost: "mx.example",
            reply: "550 5.1.1 no such user", lastAttemptAt: arrival + .seconds(60),
            willRetryUntil: arrival + .seconds(3600))
        return DeliveryReport(
            kind: kind, hostname: "relay.example",
            from: Address(localPart: "postmaster", domain: "office.example"),
            to: Address(localPart: "ann", domain: "x.example"), fates: fates ?? [fate], envelopeID: "QQ+2B1",
            arrivedAt: arrival, writtenAt: arrival + .seconds(120), message: message,
            messageByteCount: message.count, token: "abc123")
    }

    private func text(_ report: DeliveryReport) -> String {
        String(decoding: report.compose(), as: UTF8.self)
    }

    /// The parts between the boundaries, each split into header and content.
    private func parts(_ report: DeliveryReport) -> [(header: String, content: String)] {
        text(report).components(separatedBy: "--=_abc123").dropFirst().dropLast().map { part in
            let bytes = Array(part.dropFirst().utf8)
            let block = HeaderBlock(bytes)
            return (
                String(decoding: bytes[..<block.byteCount], as: UTF8.self),
                String(decoding: bytes[block.bodyOffset...], as: UTF8.self)
            )
        }
    }

    @Test func `the header says what it is`() {
        let bytes = report().compose()
        let block = HeaderBlock(bytes)
        let values = block.fields.map { ($0.name, HeaderBlock.unfold(bytes[$0.valueRange])) }
        let header = Dictionary(values) { first, _ in first }
        #expect(header.count == values.count)
        #expect(header["To"] == "<ann@x.example>")
        #expect(header["From"] == "Mail Delivery System <postmaster@office.example>")
        #expect(header["Date"] == "Sat, 21 Nov 2026 09:02:00 +0000")
        #expect(header["Message-ID"] == "<abc123@relay.example>")
        #expect(header["In-Reply-To"] == "<m1@x.example>")
        #expect(header["Auto-Submitted"] == "auto-replied")
        #expect(
            header["Content-Type"]
                == "multipart/report; report-type=delivery-status; boundary=\"=_abc123\"")
    }

    @Test func `a failure has its three parts`() {
        let parts = parts(report())
        #expect(parts.count == 3)
        #expect(parts[0].header.contains("text/plain"))
        #expect(parts[0].content.contains("could not be delivered"))
        #expect(parts[0].content.contains("<bob@y.example>"))
        #expect(parts[0].content.contains("mx.example answered: 550 5.1.1 no such user"))
        #expect(parts[0].content.contains("Its subject was: Invoice 42"))
        #expect(parts[1].header.contains("message/delivery-status"))
        #expect(
            parts[1].content == """
                Reporting-MTA: dns; relay.example\r
                Original-Envelope-Id: QQ+1\r
                Arrival-Date: Sat, 21 Nov 2026 09:00:00 +0000\r
                \r
                Original-Recipient: rfc822; bob+billing@y.example\r
                Final-Recipient: rfc822; bob@y.example\r
                Action: failed\r
                Status: 5.1.1\r
                Remote-MTA: dns; mx.example\r
                Diagnostic-Code: smtp; 550 5.1.1 no such user\r
                Last-Attempt-Date: Sat, 21 Nov 2026 09:01:00 +0000\r
                \r

                """)
        #expect(parts[2].header.contains("message/rfc822"))
        #expect(parts[2].content == String(decoding: message, as: UTF8.self) + "\r\n")
    }

    @Test func `a delay says until when it is tried and returns the header alone`() {
        let parts = parts(report(.delay))
        #expect(parts[0].content.contains("you need not send it again"))
        #expect(parts[1].content.contains("Action: delayed\r\n"))
        #expect(parts[1].content.contains("Will-Retry-Until: Sat, 21 Nov 2026 10:00:00 +0000\r\n"))
        #expect(parts[2].header.contains("text/rfc822-headers"))
        #expect(!parts[2].content.contains("Please pay"))
    }

    @Test func `RET=HDRS and large messages return the header alone`() {
        var short = report()
        short.returnContent = .headers
        #expect(parts(short)[2].header.contains("text/rfc822-headers"))
        let large = report(message: message + Array(repeating: 0x78, count: Limits.returnedMessageByteCount))
        #expect(parts(large)[2].content == "Subject: Invoice 42\r\nMessage-ID: <m1@x.example>\r\n\r\n")
        var partial = report()
        partial.messageByteCount += 1
        #expect(parts(partial)[2].header.contains("text/rfc822-headers"))
    }

    @Test func `a huge header is returned in part`() {
        let fields = (0..<2000).map { "X-\($0): " + String(repeating: "y", count: 70) + "\r\n" }.joined()
        let report = report(message: Array(fields.utf8))
        #expect(report.compose().count < Limits.returnedMessageByteCount + 10_000)
        #expect(parts(report)[2].content.hasSuffix("y\r\n\r\n"))
    }

    @Test func `a report is 7-bit whatever it tells of`() {
        let fate = DeliveryReport.Fate(
            recipient: Recipient(Address(localPart: "jörg", domain: "y.example")), status: .init(5, 0, 0),
            remoteHost: "mx", reply: "550 für\r\nX: 1", reason: "Ünlucky")
        let report = report(message: Array("Subject: ü = gut \r\n\r\nbody\r\n".utf8), fates: [fate])
        #expect(report.compose().allSatisfy { $0 < 0x80 })
        let parts = parts(report)
        #expect(parts[1].content.contains("Diagnostic-Code: smtp; 550 f?r"))
        #expect(!parts[1].content.contains("\r\nX: 1"))
        #expect(parts[2].header.contains("text/rfc822-headers"))
        #expect(parts[2].header.contains("Content-Transfer-Encoding: quoted-printable"))
        #expect(parts[2].content.hasPrefix("Subject: =C3=BC =3D gut=20\r\n"))
    }

    @Test func `the boundary does not occur in what it stands around`() {
        let evil = Array("Subject: x\r\n\r\n--=_abc123--\r\n".utf8)
        let composed = text(report(message: evil))
        #expect(composed.contains("boundary=\"=_abc123_\""))
        #expect(composed.hasSuffix("\r\n--=_abc123_--\r\n"))
    }

    @Test func `the number of recipients told of is bounded`() {
        let fate = DeliveryReport.Fate(
            recipient: Recipient(Address(localPart: "bob", domain: "y.example")), status: .init(5, 0, 0))
        let report = report(fates: Array(repeating: fate, count: Limits.reportedRecipientCount + 5))
        #expect(parts(report)[0].content.contains("and 5 more recipients"))
        #expect(
            text(report).components(separatedBy: "Final-Recipient").count == Limits.reportedRecipientCount + 1
        )
    }
}

extension String {
    /// The stretches between occurrences of `separator`.
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
