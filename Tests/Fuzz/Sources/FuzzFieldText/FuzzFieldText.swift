import FuzzSupport
import MailContent
import MailSyntax

/// A field's value as text, its encoded words, its parameters and its date: all are read without a trap, and what we
/// encode is read as it was.
private func check(_ input: [UInt8]) {
    let decoded = EncodedWord.decode(input)
    _ = HeaderText.decoded(input[...])
    _ = MessageDate.parse(input[...])
    if let type = ContentType(input[...]) {
        for name in type.parameters.names { _ = type.parameters.all(named: name) }
    }
    if let disposition = ContentDisposition(input[...]) { _ = disposition.parameters.all(named: "filename") }
    let text = String(decoding: decoded.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    guard text.utf8.contains(where: { $0 >= 0x80 }), !text.contains("=?") else { return }
    let encoded = EncodedWord.encode(text)
    precondition(encoded.utf8.allSatisfy { $0 < 0x80 })
    precondition(String(decoding: EncodedWord.decode(Array(encoded.utf8)), as: UTF8.self) == text)
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzFieldText_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
