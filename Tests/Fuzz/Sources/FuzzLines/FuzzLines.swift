import FuzzSupport
import SMTPProtocol

/// Lines do not depend on how bytes were cut, hold no line end and keep to the limit.
private func check(_ input: [UInt8]) {
    var whole = LineFramer(limit: 16)
    whole.append(input)
    var expected: [LineFramer.Framed] = []
    while let framed = whole.next() { expected.append(framed) }

    var cut = LineFramer(limit: 16)
    var found: [LineFramer.Framed] = []
    for chunk in chunks(input) {
        cut.append(chunk)
        while let framed = cut.next() { found.append(framed) }
    }
    precondition(found == expected)
    precondition(cut.isEmpty == whole.isEmpty)
    for case .line(let line) in found {
        precondition(line.count <= 14 && !line.contains(0x0D) && !line.contains(0x0A))
    }
    _ = cut.takeBuffered()
    _ = cut.next()
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzLines_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
