import FuzzSupport
import SMTPProtocol

/// Replies do not depend on how bytes were cut; what was read can be written and read again.
private func check(_ input: [UInt8]) {
    let whole = replies([input])
    precondition(whole == replies(chunks(input)))
    for reply in whole {
        let text = reply.text
        precondition(text.unicodeScalars.count <= Limits.replyTextCount)
        precondition(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F })
        let bytes = reply.bytes
        for line in bytes.split(separator: 0x0A) {
            precondition(line.count < Limits.sentReplyLineByteCount && line.last == 0x0D)
        }
        let again = replies([bytes])
        precondition(
            again.count == 1 && again[0].code == reply.code && again[0].lines.count == reply.lines.count)
        _ = ServerExtensions(ehlo: reply)
    }
}

/// The replies up to the first error.
private func replies(_ chunks: [[UInt8]]) -> [Reply] {
    var decoder = ReplyDecoder()
    var replies: [Reply] = []
    do {
        for chunk in chunks {
            decoder.append(chunk)
            while let reply = try decoder.next() { replies.append(reply) }
        }
    } catch {
        _ = error.description
    }
    return replies
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzReply_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
