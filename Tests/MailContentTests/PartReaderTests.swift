import PosternTestSupport
import Testing

@testable import MailContent

@Suite struct PartReaderTests {
    private func read(_ header: String, _ body: [UInt8], as form: PartReader.Form, window: Int = .max)
        -> [UInt8]
    {
        let part = MIMEStructure(of: Array("\(header)\n\n".utf8)[...]).root
        var reader = PartReader(part, as: form)
        var output: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            reader.take(rest.prefix(window), into: &output)
            rest = rest.dropFirst(window)
        }
        reader.finish(into: &output)
        return output
    }

    @Test(arguments: [
        quoted, base64, "Content-Type: text/plain; charset=latin1", "Content-Type: text/html", "X: 8bit",
    ])
    func `a text that grows window by window is not copied for each`(header: String) {
        let part = MIMEStructure(of: Array("\(header)\n\n".utf8)[...]).root
        var reader = PartReader(part, as: .text)
        var (output, capacities) = ([UInt8](), Set<Int>())
        for _ in 0..<2000 {
            reader.take(Array(repeating: 0x41, count: 1000)[...], into: &output)
            capacities.insert(output.capacity)
        }
        reader.finish(into: &output)
        #expect(output.count >= 1_400_000 && capacities.count < 20, "\(capacities.count)")
    }

    private static let quoted = "Content-Transfer-Encoding: quoted-printable"
    private static let base64 = "Content-Transfer-Encoding: BASE64"

    @Test(arguments: [
        (quoted, "a=3Db", "a=b"), (quoted, "a=\r\nb", "ab"), (quoted, "a=\nb", "ab"),
        (quoted, "a= \t\r\nb", "ab"),
        (quoted, "a  \r\nb", "a\r\nb"), (quoted, "a \nb", "a\nb"), (quoted, "a b  c", "a b  c"),
        (quoted, "a=3db=c3=A9", "a=b\u{E9}"),
        (quoted, "100=% =zz =4", "100=% =zz =4"), (quoted, "a=", "a"), (quoted, "a==3D", "a=="),
        (quoted, "a ", "a"),
        (quoted, "=\r\n=\r\nx", "x"),
        (base64, "SGVsbG8=", "Hello"), (base64, "SGVs\r\nbG8\r\n=\r\n", "Hello"),
        (base64, "SGVsbG8", "Hello"),
        (base64, "S!G*V s", "Hel"), (base64, "SGVsbA==SGVsbA==", "HellHell"), (base64, "", ""),
        (base64, "A", ""),
        (base64, "====", ""), ("Content-Transfer-Encoding: 8bit (x)", "a=3D", "a=3D"),
        ("Content-Transfer-Encoding: x-uuencode", "a", "a"),
    ])
    func `transfer encodings are taken off, whatever the windows`(
        _ header: String, _ body: String, _ content: String
    ) {
        for window in [1, 2, 3, 5, 1000] {
            #expect(read(header, Array(body.utf8), as: .content, window: window) == Array(content.utf8))
        }
    }

    @Test(arguments: [
        ("utf-8", [0xC3, 0xA9], "\u{E9}"), ("nobody-knows", [0xC3, 0xA9], "\u{E9}"),
        ("ISO-8859-1", [0x61, 0xE9], "a\u{E9}"),
        ("windows-1252", [0x80, 0x93], "\u{20AC}\u{201C}"), ("iso-8859-15", [0xA4], "\u{20AC}"),
        ("iso-8859-2", [0xB1], "\u{105}"), ("koi8-r", [0xC1], "\u{430}"), ("windows-1251", [0xE0], "\u{430}"),
        ("shift_jis", [0x82, 0xA0], "\u{3042}"), ("gb2312", [0xC4, 0xE3], "\u{4F60}"),
        ("big5", [0xA7, 0x41], "\u{4F60}"),
        ("euc-kr", [0xB0, 0xA1], "\u{AC00}"), ("utf-16le", [0x61, 0, 0xAC, 0x20], "a\u{20AC}"),
        ("utf-16", [0xFE, 0xFF, 0x20, 0xAC], "\u{20AC}"), ("utf-7", Array("+AOk-".utf8), "\u{E9}"),
        ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42, 0x61], "\u{3042}a"),
        // What is no character, and one cut short.
        ("shift_jis", [0x61, 0xFF, 0x62], "a\u{FFFD}b"), ("big5", [0x61, 0xA7], "a\u{FFFD}"),
    ])
    func `character sets become UTF-8, whatever the windows`(_ name: String, _ body: [UInt8], _ text: String)
    {
        for window in [1, 2, 3, 1000] {
            let output = read("Content-Type: text/plain; charset=\(name)", body, as: .utf8, window: window)
            #expect(String(decoding: output, as: UTF8.self) == text, "\(name) \(window)")
        }
    }

    @Test func `names of sets that are no mail's are not the library's to open`() {
        let names = [
            "../../x", "utf-8//TRANSLIT", "utf-16//ignore", "INTERNAL", "UNICODELITTLE",
            String(repeating: "a", count: 100),
        ]
        for name in names { #expect(Charset(name: name) == nil, "\(name)") }
    }

    @Test func `only text has a character set`() {
        #expect(
            read("Content-Type: application/x; charset=utf-16", [0x61, 0x62], as: .text) == [0x61, 0x62])
    }

    @Test func `what base64 writes it reads back, in lines that are not too long`() {
        var random = SeededRandom(seed: 64)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.encodeLines(bytes[...])
            #expect(Base64.decode(text[...]) == bytes)
            #expect(text.split(separator: 0x0D).allSatisfy { $0.count <= 77 })
        }
    }

    @Test(arguments: [
        ("a", "a"), ("a  \r\n b", "a b"), ("<p>a</p><p>b</p>", "a\nb\n"), ("a<br>b", "a\nb"),
        ("se<b>cre</b>t", "secret"),
        ("<td>a</td><td>b</td>", " a b"), ("a&amp;&lt;&clubs;&gt;b", "a&<\u{2663}>b"),
        ("&eacute;&#233;&#xE9;", "\u{E9}\u{E9}\u{E9}"),
        ("a&nbsp;b", "a b"), ("con&shy;fi&#8203;dential", "confidential"),
        ("AT&T a&b; x & y", "AT&T a&b; x & y"), ("&amp", "&"),
        ("&unknown;x", "&unknown;x"), ("&#xD800;&#99999999999;", "\u{FFFD}&#99999999999;"),
        ("a<style>p { x: \"</p>\" }</style>b", "a\nb"),
        ("a<SCRIPT src='x>y'>if (a<b) </scriptx></Script >b", "a\nb"), ("a<stylea>b</stylea>c", "abc"),
        ("a<!-- <b>x</b> -- > -->b", "ab"), ("a<!-->b", "ab"), ("a<!DOCTYPE html>b", "ab"),
        ("a<?xml x?>b", "ab"),
        ("<a href=\"x>y\" title='<'>b</a>c", "bc"), ("<a b\">c</a>", "c"), ("1 < 2 <3", "1 < 2 <3"),
        ("a<", "a"), ("a<foo", "a"),
        ("a</>b</ x>c", "abc"), ("<p>\n a \n</p>\n", "a\n"), ("", ""),
    ])
    func `HTML is read as a person reads it, whatever the windows`(_ html: String, _ text: String) {
        for window in [1, 2, 7, 1000] {
            let output = read("Content-Type: text/html", Array(html.utf8), as: .text, window: window)
            #expect(String(decoding: output, as: UTF8.self) == text, "\(window)")
        }
    }

    @Test func `hostile HTML comes to no more than it was`() {
        for unit in ["<", "&", "<!--", "<a b='", "</script", "<style>", "&#", "&amp;", "<p>", "\u{1}"] {
            let html = Array(String(repeating: unit, count: 20_000).utf8)
            #expect(read("Content-Type: text/html", html, as: .text).count <= html.count)
        }
    }
}
