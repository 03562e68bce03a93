import Foundation
import RelayControl
import Testing

@Suite struct JSONWriterTests {
    @Test func `members keep their order and nest`() {
        var json = JSONWriter()
        json.object { json in
            json.member("b", 1)
            json.member("a", "x")
            json.member("none", nil as String?)
            json.member("list", ["p", "q"])
            json.member("empty", [])
            json.member("yes", true)
            json.member("inner") { $0.member("n", nil as Int?) }
            json.member("rows", of: [1, 2]) { $0.member("v", $1) }
            json.member("last", 9)
        }
        json.endLine()
        json.object { _ in }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"""
                {"b":1,"a":"x","none":null,"list":["p","q"],"empty":[],"yes":true,"inner":{"n":null},\#
                "rows":[{"v":1},{"v":2}],"last":9}
                {}
                """#.replacingOccurrences(of: "\\#\n", with: ""))
    }

    @Test func `every character is read back by Foundation`() throws {
        let text =
            String(String.UnicodeScalarView((0..<0x250).compactMap(Unicode.Scalar.init)))
            + "😀\u{2028}\u{10FFFF}"
        var json = JSONWriter()
        json.object { $0.member(text, text) }
        let read = try JSONDecoder().decode([String: String].self, from: Data(json.bytes))
        #expect(read == [text: text])
    }
}
