import Foundation
import Testing

@testable import MailCrypto

@Suite struct Base64Tests {
    @Test func `texts are those of RFC 4648 section 10`() {
        let table = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
            "foobar": "Zm9vYmFy",
        ]
        for (plain, encoded) in table {
            #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
            #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
        }
    }

    @Test func `all bytes survive and agree with another implementation`() {
        for count in 0..<300 {
            let bytes = RandomBytes.make(count)
            let text = Base64.encode(bytes)
            #expect(text == Array(Data(bytes).base64EncodedString().utf8))
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zm 9", "Zm9v\r\n", "Zg==Zg==", "=Zg=",
    ])
    func `what is no base64 is refused`(text: String) { #expect(Base64.decode(Array(text.utf8)) == nil) }
}
