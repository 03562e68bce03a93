import MailSyntax
import RelaySettings
import Testing

@testable import RelaySubmission

@Suite struct SubmissionTests {
    private var settings: SubmissionSettings {
        var settings = Settings(
            hostname: "relay.office.example", postmaster: Address(localPart: "p", domain: "office.example"))
        settings.listeners[0].maxMessageByteCount = 2000
        settings.listeners[0].maxRecipients = 5
        return SubmissionSettings(settings)
    }

    private func submission(
        _ words: [String], _ text: String, user: LocalUser = LocalUser(name: "ann", fullName: "Ann Example")
    ) throws -> Submission {
        var input = Array(text.utf8)
        let options = try SendmailOptions(words)
        let place = Submission.Surroundings(
            settings: settings, user: user, now: Timestamp(millisecondsSince1970: 1_795_252_800_000),
            token: "1.2.3")
        return try Submission(options, in: place) { limit throws(SubmissionFailure) in
            defer { input = Array(input.dropFirst(limit)) }
            return Array(input.prefix(limit))
        }
    }

    private func text(_ submission: Submission) -> String {
        String(decoding: submission.message, as: UTF8.self)
    }

    private let date = "Date: Sat, 21 Nov 2026 09:20:00 +0000\r\nMessage-ID: <1.2.3@relay.office.example>\r\n"

    @Test func `what a message lacks is put in front of it`() throws {
        let submitted = try submission(["bob@x.example"], "Subject: x\n\nbody\n")
        #expect(text(submitted) == "From: Ann Example <ann>\r\n" + date + "Subject: x\r\n\r\nbody\r\n")
        #expect(submitted.envelope.sender?.description == "ann")
    }

    @Test func `what it has stays as it is`() throws {
        let own = "from: x\nDATE: now\nMessage-Id: <a@b>\nTo: a\n\tb\n\n.\n"
        let submitted = try submission(["-i", "bob@x.example"], own)
        #expect(text(submitted) == own.replacing("\n", with: "\r\n"))
    }

    @Test(arguments: ["no header at all\n", "\nbegins with an empty line\n", "Subject: x\nno field\n"])
    func `header and body are kept apart`(text given: String) throws {
        let header = HeaderBlock(try submission(["b@x.example"], given).message)
        #expect(header.first(named: "Date") != nil && header.bodyOffset == header.byteCount + 2)
    }

    @Test func `-f names the author too, and the null sender leaves the user`() throws {
        #expect(
            try text(submission(["-f", "app@x.example", "b"], "\n")).hasPrefix("From: app@x.example\r\n"))
        #expect(
            try text(submission(["-f", "app@x.example", "-F", "The App", "b"], "\n"))
                .hasPrefix("From: The App <app@x.example>\r\n"))
        let null = try submission(["-f", "<>", "b"], "\n")
        #expect(null.envelope.sender == nil && text(null).hasPrefix("From: ann\r\n"))
        #expect(
            try submission(["-f", "Bob <bob@x.example>", "b"], "\n").envelope.sender?.description
                == "bob@x.example")
    }

    @Test(arguments: [
        ("Ann Example", "Ann Example <ann>"), ("Ann (x) \"y\"", "\"Ann (x) \\\"y\\\"\" <ann>"), ("", "ann"),
        ("J\u{F6}rg", "=?utf-8?q?J=C3=B6rg?= <ann>"), ("a\r\nBcc: b", "\"a Bcc: b\" <ann>"),
        ("a.b", "\"a.b\" <ann>"),
    ])
    func `a full name is written so that it stays one`(name: String, field: String) throws {
        let submitted = try submission(["b"], "\n", user: LocalUser(name: "ann", fullName: name))
        #expect(text(submitted).hasPrefix("From: \(field)\r\n"))
    }

    // MARK: Recipients

    @Test(arguments: [
        ("To: a@x.example, B <b@x.example>\nCc: c@x.example\nBcc: d@x.example\n", "a b c d"),
        ("To: \"x, y\" <a@x.example> (c@x.example)\nto: b@x.example\n", "a b"),
        ("To: list: a@x.example, b@x.example;\nCc: undisclosed-recipients:;\n", "a b"),
        ("To: a@x.example,\n b@x.example\n", "a b"), ("To: a@x.example, a@x.example\nCc: a@X.example\n", "a"),
        ("To: a@x.example\nResent-To: r@x.example\nResent-Bcc: s@x.example\nBcc: b@x.example\n", "r s"),
        ("To: a@x.example\n\nCc: c@x.example\n", "a"),
    ])
    func `-t reads the recipients of the header`(header: String, names: String) throws {
        let recipients = try submission(["-t"], header + "\nbody\n").envelope.recipients
        #expect(
            recipients.map(\.address.description) == names.split(separator: " ").map { "\($0)@x.example" })
    }

    @Test func `with -t those of the arguments are added`() throws {
        let submitted = try submission(["-t", "c@x.example, D <d@x.example>"], "To: a@x.example, root\n\n")
        #expect(
            submitted.envelope.recipients.map(\.address.description) == [
                "c@x.example", "d@x.example", "a@x.example", "root",
            ])
    }

    @Test func `without -t the header names nobody`() throws {
        let submitted = try submission(["a@x.example"], "To: b@x.example\n\n")
        #expect(submitted.envelope.recipients.map(\.address.description) == ["a@x.example"])
    }

    @Test(arguments: [["-t"], ["a@x.example"]]) func `Bcc never leaves`(words: [String]) throws {
        let header =
            "To: a@x.example\nBCC: secret@x.example,\n other@x.example\nResent-Bcc: third@x.example\nX: y\n"
        let submitted = try text(submission(words, header + "\nBcc: in the body\n"))
        #expect(!submitted.contains("secret") && !submitted.contains("other") && !submitted.contains("third"))
        #expect(submitted.hasSuffix("To: a@x.example\r\nX: y\r\n\r\nBcc: in the body\r\n"))
    }

    @Test func `a message that is sent again gets fields of its own for it`() throws {
        let submitted = try text(submission(["-t"], "From: a@x.example\nResent-To: b@x.example\n\n"))
        #expect(submitted.hasPrefix("Resent-From: Ann Example <ann>\r\nResent-Date: "))
    }

    // MARK: Envelope

    @Test func `DSN, 8 bits and addresses of SMTPUTF8 are told`() throws {
        let envelope = try submission(["-Nnever", "-Rfull", "-VX", "b@x.example"], "\n\u{FC}\n").envelope
        #expect(envelope.recipients[0].notify == .never && envelope.returnContent == .full)
        #expect(envelope.envelopeID == "X" && envelope.body == .eightBitMIME && !envelope.isSMTPUTF8)
        #expect(try submission(["-B8BITMIME", "b"], "x\n").envelope.body == .sevenBit)
        #expect(try submission(["j\u{F6}rg@x.example"], "x\n").envelope.isSMTPUTF8)
    }

    // MARK: What is not taken

    @Test(arguments: [
        ([], "To: a@x.example\n\n", SendmailStatus.usage),
        (["-t"], "Subject: x\n\nTo: a@x.example\n", .usage),
        (["-t"], "", .usage), (["two words"], "\n", .usage), ([""], "\n", .usage),
        (["-f", "a@b, c@d", "x"], "\n", .usage),
        (["a@x..example"], "\n", .usage), (["a@-x.example"], "\n", .badData),
        (["-t"], "To: a@x_-.example\n\n", .badData),
        (["a,b,c,d,e,f"], "\n", .unavailable), (["a"], String(repeating: "x", count: 2001), .badData),
    ])
    func `the exit status says whose fault it is`(words: [String], text: String, status: SendmailStatus) {
        let error = #expect(throws: SubmissionFailure.self) { try submission(words, text) }
        #expect(error?.status == status)
    }
}
