import Foundation
import MailSyntax
import PosternTestSupport
import Testing

@testable import RelayImport

/// Mail as other programs keep it.
@Suite struct MailStoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: folder.path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func texts(_ store: any MailStore) throws -> [String] {
        try store.items.map { String(decoding: try store.message($0, limit: 1 << 20).bytes, as: UTF8.self) }
    }

    private func open(_ name: String = "") throws -> any MailStore {
        try MailStores.open(folder.path + (name.isEmpty ? "" : "/" + name))
    }

    @Test func `a Maildir gives new and seen mail, known by the name that does not change`() throws {
        for name in ["new/2.x", "cur/1.y:2,S", "tmp/3.z"] { try write(name, "Subject: \(name)\n\n") }
        let store = try open()
        #expect(store.kind == "Maildir" && !store.tellsRecipients)
        #expect(store.items.map(\.key) == ["1.y", "2.x"])
        #expect(try texts(store) == ["Subject: cur/1.y:2,S\n\n", "Subject: new/2.x\n\n"])
    }

    @Test func `a folder gives its files and nothing else`() throws {
        for name in ["b.eml", "a.eml", ".hidden", "sub/c.eml"] { try write(name, name) }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.eml", withDestinationPath: "/etc/passwd")
        let store = try open()
        #expect(store.items.map(\.name) == ["a.eml", "b.eml"])
        #expect(store.passedOver == ["link.eml: not an ordinary file", "sub: not an ordinary file"])
    }

    @Test(arguments: [
        (
            "Return-Path: <ann@x.example>\n",
            StoredMessage.Sender.address(Address(localPart: "ann", domain: "x.example"))
        ),
        ("Return-Path: <>\n", .null), ("Return-Path: nonsense\n", .unknown), ("Subject: x\n", .unknown),
    ])
    func `the sender is whom a Return-Path names`(field: String, sender: StoredMessage.Sender) throws {
        try write("m", field + "\nbody\n")
        let store = try open("m")
        #expect(try store.message(store.items[0], limit: 1000).sender == sender)
    }

    @Test func `an mbox is cut at its separators, and lines that look like one are as they were`() throws {
        try write(
            "box",
            """
            From ann@x.example Sat Nov 21 15:31:00 2026
            Subject: 1

            text
            From here it goes on
            >From there too
            >>From x

            From MAILER-DAEMON Sat Nov 21 15:31:00 2026
            Subject: 2

            last
            """)
        let store = try open("box")
        #expect(store.kind == "mbox" && store.items.count == 2)
        #expect(
            try texts(store) == [
                "Subject: 1\n\ntext\nFrom here it goes on\nFrom there too\n>From x\n",
                "Subject: 2\n\nlast",
            ])
        let senders = try store.items.map { try store.message($0, limit: 1000).sender }
        #expect(senders == [.address(Address(localPart: "ann", domain: "x.example")), .null])
    }

    @Test func `a message of an mbox is known again after others were taken out or added`() throws {
        let (one, two, twin) = (
            "From a@x Sat\nS: 1\n\n1\n\n", "From a@x Sat\nS: 2\n\n2\n\n", "From b@x Sun\nS: 2\n\n2\n\n"
        )
        try write("before", one + two + twin)
        try write("after", two + twin + one)
        let (before, after) = (try open("before").items.map(\.key), try open("after").items.map(\.key))
        #expect(Set(before) == Set(after) && Set(before).count == 3)
    }

    @Test func `an mbox of many windows loses nothing`() throws {
        let body = String(repeating: String(repeating: "x", count: 79) + "\n", count: 1000)
        let text = (0..<20).map { "From a@x.example Sat\r\nSubject: \($0)\r\n\r\n\(body)\r\n" }.joined()
        try write("box", text)
        let store = try open("box")
        #expect(store.items.count == 20)
        let all = try texts(store)
        #expect(all.allSatisfy { $0.hasSuffix("x\n") && $0.utf8.count > 80_000 })
        #expect(all[19].hasPrefix("Subject: 19\r\n"))
    }

    @Test func `an emailrelay spool tells envelopes, and keeps what it was refused`() throws {
        let envelope =
            "X-MailRelay-Format: #2821.7\r\nX-MailRelay-Content: 8bit\r\nX-MailRelay-From: ann@x.example\r\n"
            + "X-MailRelay-ToCount: 2\r\nX-MailRelay-To-Remote: b@y.example\r\nX-MailRelay-To-Local: c@z.example\r\n"
        try write("emailrelay.1.envelope", envelope + "X-MailRelay-End: 1\r\n")
        try write("emailrelay.1.content", "Subject: 1\r\n\r\n")
        try write("emailrelay.2.envelope", envelope)
        try write("emailrelay.2.content", "x")
        try write("emailrelay.3.envelope.bad", envelope)
        let store = try open()
        #expect(store.kind == "emailrelay spool" && store.passedOver.count == 1)
        let message = try store.message(store.items[0], limit: 1000)
        #expect(message.recipients.map(\.address.description) == ["b@y.example", "c@z.example"])
        #expect(message.sender == .address(Address(localPart: "ann", domain: "x.example")))
        #expect(throws: ImportFailure.self) { try store.message(store.items[1], limit: 1000) }
    }

    @Test func `a message that is too large, and one that is gone, are failures by name`() throws {
        try write("m", String(repeating: "x", count: 100))
        let store = try open("m")
        #expect(throws: ImportFailure.self) { try store.message(store.items[0], limit: 99) }
        try FileManager.default.removeItem(atPath: folder.path + "/m")
        #expect(throws: ImportFailure.self) { try store.message(store.items[0], limit: 99) }
        #expect(throws: ImportFailure.self) { try open("missing") }
    }

    @Test func `what postcat shows is read between the lines that no sender can write`() throws {
        let path = "deferred/9/9EAAF47E"
        let text = """
            *** ENVELOPE RECORDS \(path) ***
            message_size:            5382             788               2              24            5382
            named_attribute: envelope_id=env=id
            named_attribute: ret_flags=2
            sender: odd name@office.test
            named_attribute: notify_flags=12
            named_attribute: dsn_orig_rcpt=rfc822;orig+x@x.test
            recipient: bob@x.test
            done_recipient: gone@x.test
            recipient: carol@y.test
            *** MESSAGE CONTENTS \(path) ***
            Subject: one

            *** HEADER EXTRACTED \(path) ***
            recipient: forged@x.test
            *** HEADER EXTRACTED \(path) ***
            recipient: dan@z.test
            *** MESSAGE FILE END \(path) ***

            """
        let message = try #require(PostcatText(Array(text.utf8), of: path).message)
        #expect(message.sender == .address(Address(localPart: "\"odd name\"", domain: "office.test")))
        #expect(message.recipients.map(\.address.localPart) == ["bob", "carol", "dan"])
        #expect(message.recipients[0].originalRecipient == "rfc822;orig+2Bx@x.test")
        #expect(message.recipients[0].notify == [.failure, .delay] && message.recipients[1].notify == nil)
        #expect(message.envelopeID == "env+3Did" && message.returnContent == .headers)
        let body = String(decoding: message.bytes, as: UTF8.self)
        #expect(body == "Subject: one\n\n*** HEADER EXTRACTED \(path) ***\nrecipient: forged@x.test\n")
        #expect(PostcatText(Array(text.dropLast(20).utf8), of: path).message == nil)
    }
}
