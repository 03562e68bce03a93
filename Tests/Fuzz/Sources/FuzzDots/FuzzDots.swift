import FuzzSupport
import SMTPProtocol

/// Decoding does not depend on how bytes were cut; a decoded message is encoded and decoded to itself;
/// any bytes can be encoded, and their encoding has no end before its end.
private func check(_ input: [UInt8]) {
    let whole = decode([input])
    let cut = decode(chunks(input))
    precondition(whole.progress == cut.progress)
    if whole.progress != .violation { precondition(whole.message == cut.message && whole.rest == cut.rest) }
    if whole.progress == .end {
        let again = decode(chunks(encode([whole.message])))
        precondition(again.progress == .end && again.message == whole.message && again.rest == 0)
    }

    let data = encode([input])
    precondition(data == encode(chunks(input)))
    precondition(Array(data.suffix(3)) == Array(".\r\n".utf8))
    var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    lines.removeLast(2)
    precondition(!lines.contains { $0 == [0x2E] || $0 == [0x2E, 0x0D] })
}

private func decode(_ chunks: [[UInt8]]) -> (progress: DotDecoder.Progress, message: [UInt8], rest: Int) {
    var decoder = DotDecoder()
    var message: [UInt8] = []
    var progress = DotDecoder.Progress.more
    var rest = 0
    for chunk in chunks {
        var input = chunk[...]
        if progress == .more { progress = decoder.decode(&input, into: &message) }
        rest += input.count
    }
    return (progress, message, rest)
}

private func encode(_ chunks: [[UInt8]]) -> [UInt8] {
    var encoder = DotEncoder()
    var data: [UInt8] = []
    for chunk in chunks { encoder.encode(chunk[...], into: &data) }
    encoder.finish(into: &data)
    return data
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzDots_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
