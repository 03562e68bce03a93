import MailSyntax
import PosternTestSupport
import Testing

@testable import MailContent

@Suite struct MIMEScannerTests {
    /// Each part as `depth type body`, line ends of the body shown as `/`.
    private func shape(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return MIMEStructure(of: bytes[...]).parts.map { part in
            let body = String(decoding: bytes[part.body], as: UTF8.self).replacing("\r\n", with: "/")
            return "\(part.depth) \(part.type.name) \(body.replacing("\n", with: "/"))"
        }
    }

    private static let plain = "Content-Type: text/plain\r\n\r\n"
    private static let mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

    @Test(arguments: [
        ("", ["0 text/plain "]),
        ("\r\nx", ["0 text/plain x"]),
        ("Subject: a\r\n\r\nb\r\n", ["0 text/plain b/"]),
        ("Content-Type: Text/HTML; charset=x\n\nb\n", ["0 text/html b/"]),
        // A type that cannot be read is plain text (RFC 2045 section 5.2).
        ("Content-Type: nonsense\n\nb", ["0 text/plain b"]),
        (
            "\(mixed)p\r\n--b\r\n\r\n1\r\n--b\r\n\(plain)2\r\n\r\n--b--\r\ne",
            [
                "0 multipart/mixed p/--b//1/--b/Content-Type: text/plain//2//--b--/e", "1 text/plain 1",
                "1 text/plain 2/",
            ]
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--",
            ["0 multipart/mixed --b//1/--b--", "1 text/plain 1"]
        ),
        // Blanks behind a delimiter, and a boundary in quotes.
        (
            "Content-Type: multipart/mixed; boundary=\"a b\"\n\n--a b  \n\n1\n--a b-- \n",
            ["0 multipart/mixed --a b  //1/--a b-- /", "1 text/plain 1"]
        ),
        // Without its end, without a boundary, without a body.
        ("\(mixed)--b\r\n\r\n1", ["0 multipart/mixed --b//1", "1 text/plain 1"]),
        ("Content-Type: multipart/mixed\n\n--b\n\n1", ["0 multipart/mixed --b//1"]),
        (
            "\(mixed)--b\r\n--b\r\nX: y\r\n--b--\r\n",
            ["0 multipart/mixed --b/--b/X: y/--b--/", "1 text/plain ", "1 text/plain "]
        ),
        // A delimiter right behind the header, and one behind a line that is no field.
        (
            "Content-Type: multipart/mixed; boundary=b\n--b\n\n1\n--b--\n",
            ["0 multipart/mixed --b//1/--b--/", "1 text/plain 1"]
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\nno field\n--b\n\n1\n",
            ["0 multipart/mixed no field/--b//1/", "1 text/plain 1/"]
        ),
        // What stands behind the last delimiter is no part.
        ("\(mixed)--b--\r\n--b\r\n\r\n1\r\n", ["0 multipart/mixed --b--/--b//1/"]),
        (
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n",
            [
                "0 multipart/digest --b//Subject: x//y/--b--/", "1 message/rfc822 Subject: x//y",
                "2 text/plain y",
            ]
        ),
        (
            "Content-Type: message/rfc822\n\nContent-Type: text/html\n\nx\n",
            ["0 message/rfc822 Content-Type: text/html//x/", "1 text/html x/"]
        ),
        (
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAo=\n",
            ["0 message/rfc822 U3ViamVjdDogeAo=/"]
        ),
    ])
    func `a message falls into its parts`(_ text: String, _ expected: [String]) {
        #expect(shape(text) == expected)
    }

    @Test func `nested boundaries of which one begins with the other are told apart`() {
        let text = """
            Content-Type: multipart/mixed; boundary=ab

            --ab
            Content-Type: multipart/alternative; boundary=abc

            --abc

            1
            --abc--
            --ab

            2
            --ab--

            """
        #expect(
            shape(text).dropFirst() == [
                "1 multipart/alternative --abc//1/--abc--", "2 text/plain 1", "1 text/plain 2",
            ])
    }

    @Test func `an outer delimiter ends what is open within`() {
        let inner = "Content-Type: multipart/mixed; boundary=i\n\n--i\n\n1"
        let text = "Content-Type: multipart/mixed; boundary=o\n\n--o\n\(inner)\n--o\n\n2\n--o--\n"
        #expect(shape(text).dropFirst() == ["1 multipart/mixed --i//1", "2 text/plain 1", "1 text/plain 2"])
    }

    @Test func `children, parents and ranges fit each other`() {
        let text =
            "X: y\nContent-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\n1\n--b\nA: 2\n\n2\n--b--\n"
        let bytes = Array(text.utf8)
        let structure = MIMEStructure(of: bytes[...])
        #expect(structure.root.children == [1, 2])
        #expect(structure.parts.map(\.parent) == [nil, 0, 0])
        let part = structure.parts[2]
        #expect(String(decoding: bytes[part.range], as: UTF8.self) == "A: 2\n\n2")
        #expect(part.fields.fields.map { String(decoding: part.value(of: $0), as: UTF8.self) } == [" 2"])
    }

    @Test func `windows of any size give the same parts`() {
        var random = SeededRandom(seed: 2046)
        let lines = [
            "--a", "--b", "--ab", "--a--", "--b--", "", "x", "Content-Type: multipart/mixed; boundary=a",
            "Content-Type: multipart/digest; boundary=\"b\"", "Content-Type: multipart/mixed; boundary=ab",
            "Content-Type: message/rfc822", " folded", "-", "--", "Subject: y",
            String(repeating: "z", count: 700),
        ]
        for _ in 0..<600 {
            var text = "Content-Type: multipart/mixed; boundary=a\n\n"
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                text +=
                    (lines.randomElement(using: &random) ?? "")
                    + (Bool.random(using: &random) ? "\r\n" : "\n")
            }
            let bytes = Array(text.utf8)
            let whole = MIMEStructure(of: bytes[...])
            var scanner = MIMEScanner()
            var place = 0
            while place < bytes.count {
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
                scanner.take(bytes[place..<end])
                place = end
            }
            let pieces = scanner.finish()
            #expect(pieces.parts.map(\.range) == whole.parts.map(\.range))
            #expect(pieces.parts.map(\.body) == whole.parts.map(\.body))
            #expect(pieces.parts.map(\.headerBytes) == whole.parts.map(\.headerBytes))
            for part in whole.parts {
                #expect(part.range.upperBound <= bytes.count)
                #expect(
                    part.parent.map {
                        whole.parts[$0].body.contains(part.body.lowerBound)
                            || whole.parts[$0].body.upperBound == part.body.lowerBound
                    } ?? true)
            }
        }
    }

    @Test func `bytes without any sense are a message too`() {
        var random = SeededRandom(seed: 45)
        for _ in 0..<2000 {
            let start = Array("Content-Type: multipart/mixed; boundary=-\n\n".utf8)
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Array("\n\r-:; aC".utf8).randomElement(using: &random) ?? 0
            }
            #expect(MIMEStructure(of: (start + noise)[...]).parts[0].body.lowerBound == start.count)
        }
    }

    @Test func `bounds on parts, depth and headers hold, and are told`() {
        let many =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 1500)
        let parts = MIMEStructure(of: Array(many.utf8)[...])
        #expect(parts.excess == .parts)
        #expect(parts.parts.count == Limits.partCount)
        let deep = String(repeating: "Content-Type: message/rfc822\n\n", count: 50_000)
        let nested = MIMEStructure(of: Array(deep.utf8)[...])
        #expect(nested.excess == .depth)
        #expect(nested.parts.count == Limits.partDepth)
        let wide = "X: " + String(repeating: "y", count: Limits.headerByteCount) + "\nSubject: z\n\nb"
        let header = MIMEStructure(of: Array(wide.utf8)[...])
        #expect(header.excess == .header)
        #expect(header.root.fields.fields.isEmpty)
        #expect(header.root.body.count == 1)
    }

    @Test func `more fields than a header has begin the body, as for the message`() {
        let text = String(repeating: "X: y\n", count: 12_000) + "\nb"
        let bytes = Array(text.utf8)
        let structure = MIMEStructure(of: bytes[...])
        #expect(structure.root.body.lowerBound == HeaderBlock(bytes).bodyOffset)
    }

    @Test func `names of a part are decoded, whichever way they were written`() throws {
        let text = """
            Content-Type: application/pdf; name="=?utf-8?q?caf=C3=A9?=.pdf"
            Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1="b.exe"

            """
        let part = MIMEStructure(of: Array(text.utf8)[...]).root
        #expect(part.names == ["a b.exe", "caf\u{E9}.pdf"])
        #expect(part.disposition?.kind == "attachment")
    }
}
