import MailSyntax
import PosternTestSupport
import Testing

@testable import MailContent

@Suite struct DisclaimerTests {
    /// The message with the disclaimer; nil where an obstacle or a part's own text forbids it.
    private func edited(_ message: String, text: String = "Example GmbH\n", html: String? = nil) -> String? {
        let bytes = Array(message.utf8)
        let structure = MIMEStructure(of: bytes[...])
        guard Disclaimer.obstacle(in: structure) == nil else { return nil }
        let disclaimer = Disclaimer(text: text, html: html)
        var edits: [MessageEdit] = []
        for index in disclaimer.places(in: structure) {
            let part = structure.parts[index]
            guard let more = disclaimer.edits(of: part, body: bytes[part.body]) else { return nil }
            edits += more
        }
        return String(decoding: edits.pieces(ofMessage: bytes.count).bytes(of: bytes), as: UTF8.self)
    }

    /// The text parts of a message as a person reads them.
    private func texts(_ message: String) -> [String] {
        let bytes = Array(message.utf8)
        return MIMEStructure(of: bytes[...]).parts.filter { $0.type.type == "text" }.map {
            String(decoding: PartReader.read(bytes[$0.body], of: $0, as: .utf8), as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("Subject: a\r\n\r\nHello\r\n", "Subject: a\r\n\r\nHello\r\nExample GmbH\r\n"),
        ("Subject: a\r\n\r\nHello", "Subject: a\r\n\r\nHello\r\nExample GmbH"),
        ("\r\n", "\r\nExample GmbH\r\n"),
        (
            "Content-Type: text/html\r\n\r\n<body>x</BODY>\r\n",
            "Content-Type: text/html\r\n\r\n<body>x\r\n<p>Example GmbH<br>\r\n</p>\r\n</BODY>\r\n"
        ),
        (
            "Content-Type: text/html\r\n\r\nx\r\n",
            "Content-Type: text/html\r\n\r\nx\r\n<p>Example GmbH<br>\r\n</p>\r\n"
        ),
        ("Content-Type: application/pdf\r\n\r\nx", "Content-Type: application/pdf\r\n\r\nx"),
        (
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b\r\n\r\n3\r\n--b--\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment\r\n\r\n1\r\n--b\r\n\r\n2\r\nExample GmbH\r\n--b\r\n\r\n3\r\n--b--\r\n"
        ),
    ])
    func `a text of ASCII is added in place, all else stays byte for byte`(
        _ message: String, _ expected: String
    ) {
        #expect(edited(message) == expected)
    }

    @Test func `both forms of a text get it, a forwarded message does not`() throws {
        let message =
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n1\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\r\n2\r\n--b--\r\n"
        #expect(
            texts(try #require(edited(message, html: "<i>GmbH \u{E4}</i>"))) == [
                "1\r\nExample GmbH", "<p>1\r\n<i>GmbH &#228;</i>", "2",
            ])
    }

    @Test(arguments: [
        (
            "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n",
            "iso-8859-1", "caf\u{E9}\r\nGr\u{FC}\u{DF}e\r\n"
        ),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nY2Fmw6k=\r\n",
            "utf-8", "caf\u{E9}\r\nGr\u{FC}\u{DF}e"
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-2; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=B1\r\n",
            "utf-8", "\u{105}\r\nGr\u{FC}\u{DF}e\r\n"
        ),
        ("Subject: x\r\n\r\nplain\r\n", "utf-8", "plain\r\nGr\u{FC}\u{DF}e\r\n"),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nplain\r\n",
            "utf-8", "plain\r\nGr\u{FC}\u{DF}e\r\n"
        ),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u{E9}\r\n",
            "utf-8", "caf\u{E9}\r\nGr\u{FC}\u{DF}e\r\n"
        ),
    ])
    func `other characters keep the part's set or take it to UTF-8`(
        _ message: String, _ charset: String, _ text: String
    ) throws {
        let result = try #require(edited(message, text: "Gr\u{FC}\u{DF}e"))
        #expect(texts(result) == [text])
        let structure = MIMEStructure(of: Array(result.utf8)[...])
        #expect(
            structure.root.type.parameters["charset"].map { String(decoding: $0, as: UTF8.self) } == charset)
        if message.contains("flowed") {
            #expect(structure.root.type.parameters["format"] == Array("flowed".utf8))
        }
        #expect(structure.root.fields.fields(named: "Content-Transfer-Encoding").count <= 1)
    }

    @Test(arguments: [
        "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
        "Content-Type: application/pkcs7-mime\r\n\r\nx",
        "Content-Type: multipart/encrypted; boundary=b\r\n\r\n",
        "Subject: x\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nx",
        "Content-Type: text/plain; charset=klingon\r\n\r\nx",
    ])
    func `signed, encrypted and unreadable text is not touched`(_ message: String) {
        #expect(edited(message, text: "\u{FC}") == nil)
    }

    @Test func `a long text takes time in proportion`() {
        let message =
            "Content-Type: text/html\r\n\r\n" + String(repeating: "</bod-----", count: 50_000) + "\r\n"
        #expect(edited(message)?.hasSuffix("</p>\r\n") == true)
    }

    @Test func `what was read is in what goes out, whatever the message`() {
        var random = SeededRandom(seed: 5703)
        let lines = [
            "--b", "--b--", "", "x", "Content-Type: text/html; charset=iso-8859-1",
            "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "</body>",
            "\u{E9}", "YWJj", "a=", "Content-Type: text/plain",
        ]
        for _ in 0..<1000 {
            var text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text += (lines.randomElement(using: &random) ?? "") + "\r\n"
            }
            guard let result = edited(text, text: "Gr\u{FC}\u{DF}e", html: "Gr\u{FC}\u{DF}e") else {
                continue
            }
            let before = MIMEStructure(of: Array(text.utf8)[...]).parts.map(\.type.name)
            #expect(MIMEStructure(of: Array(result.utf8)[...]).parts.map(\.type.name) == before)
        }
    }
}
