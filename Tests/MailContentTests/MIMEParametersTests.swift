import PosternTestSupport
import Testing

@testable import MailContent

@Suite struct MIMEParametersTests {
    private func parameters(_ text: String) -> [String: String] {
        let type = ContentType(Array("a/b\(text)".utf8)[...])
        let names = type?.parameters.names ?? []
        return Dictionary(
            names.map { ($0, String(decoding: type?.parameters[$0] ?? [], as: UTF8.self)) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test(arguments: [
        ("", [:]), (";", [:]), ("; charset=us-ascii", ["charset": "us-ascii"]),
        ("; charset=\"us-ascii\"", ["charset": "us-ascii"]),
        ("; CharSet = utf-8 (a comment)", ["charset": "utf-8"]),
        (" (x;y=z) ; a=b", ["a": "b"]), ("; a=\"x;y\"; b=c", ["a": "x;y", "b": "c"]),
        ("; a=\"x\\\"y\\\\\"", ["a": "x\"y\\"]), ("; a=\"b\r\n c\"", ["a": "b c"]),
        ("; a=\"open", ["a": "open"]),
        ("; name=my file.pdf; b=c", ["name": "my file.pdf", "b": "c"]),
        ("; a; b=c", ["b": "c"]), ("; =x; b=c", ["b": "c"]), ("; a=; b=c", ["a": "", "b": "c"]),
        // The examples of RFC 2231 sections 3 and 4.
        (
            "; URL*0=\"ftp://\";\r\n URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
            ["url": "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"]
        ),
        (
            ";\r\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
            ["title": "This is ***fun***"]
        ),
        (
            ";\r\n title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n title*2=\"isn't it!\"",
            ["title": "This is even more ***fun*** isn't it!"]
        ),
        ("; a*=iso-8859-1''%E9", ["a": "\u{E9}"]), ("; a*=x", ["a": "x"]), ("; a*1=x", [:]),
        ("; a*=nobody''%C3%A9", ["a": "\u{E9}"]), ("; a*=utf-8''100%", ["a": "100%"]),
        ("; a*1=b; a*0=c", ["a": "cb"]), ("; a*0=b; a*2=c", ["a": "b"]),
        ("; a*0*0*0=b; c=d", ["a": "b", "c": "d"]),
        ("; a=plain; a*=utf-8''better", ["a": "better"]),
    ])
    func `parameters are read`(_ text: String, _ expected: [String: String]) {
        #expect(parameters(text) == expected)
    }

    @Test func `a contradictory field shows all it says`() {
        let type = ContentType(Array("a/b; name=x.txt; name=\"y.exe\"; name*=utf-8''z.js".utf8)[...])
        let all = type?.parameters.all(named: "name").map { String(decoding: $0, as: UTF8.self) }
        #expect(all == ["z.js", "x.txt", "y.exe"])
    }

    @Test func `no bytes are too strange`() {
        var random = SeededRandom(seed: 2231)
        for _ in 0..<5000 {
            let bytes = (0..<40).map { _ in
                Array(";=\"*'%01(\\)a/ \r\n\u{FF}".utf8).randomElement(using: &random) ?? 0
            }
            let parameters = ContentType((Array("a/b;".utf8) + bytes)[...])?.parameters
            #expect(parameters?.names.allSatisfy { !$0.isEmpty || parameters?[$0] != nil } == true)
        }
        let many = String(repeating: ";a=b", count: 5000)
        #expect(ContentType(Array("a/b\(many)".utf8)[...])?.parameters.names.count == Limits.parameterCount)
        #expect(
            ContentType(Array("a/b;x*99999999999999999999=1;x*-1=2".utf8)[...])?.parameters.names.count ?? 0
                <= 2)
    }
}
