import FuzzSupport
import MailSyntax

/// An address that is read must print as text that is read as the same address, in an envelope and in a
/// header alike.
private func check(_ input: [UInt8]) {
    if let address = try? Address(parsing: input[...], allowsUTF8: true) {
        let text = Array(address.description.utf8)
        precondition((try? Address(parsing: text[...], allowsUTF8: true)) == address)
        var path = (Array("<".utf8) + text + Array(">".utf8))[...]
        precondition((try? MailPath.forward(&path, allowsUTF8: true)) == address && path.isEmpty)
    }
    var path = input[...]
    _ = try? MailPath.reverse(&path, allowsUTF8: false)
    for address in MailboxList.addresses(in: input[...]) {
        let again = MailboxList.addresses(in: Array("<\(address)>".utf8)[...])
        precondition(again == [address])
    }
    _ = Xtext.decode(input[...])
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzAddress_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
