import FuzzSupport
import MailSyntax
import SMTPProtocol

/// A session answers anything, and never more than one reply to a line.
private func check(_ input: [UInt8]) {
    let tls: [ServerSession.TLSOffer] = [.off, .offered, .required, .active]
    let offer = ServerSession.Offer(
        hostname: "relay.example", sizeLimit: 1000, recipientLimit: 3, tls: tls[Int(input.first ?? 0) % 4])
    var session = ServerSession(offer: offer)
    var framer = LineFramer(limit: 64)
    framer.append(Array(input.dropFirst()))
    while let framed = framer.next() {
        switch session.framingViolation(framed) {
        case .reply(let reply): precondition(reply.bytes.count > 5)
        case .judgeSender(let mail):
            if mail.size == 7 {
                _ = session.senderJudged(refusal: Reply(550, "no"))
            } else {
                _ = session.senderJudged(accepted: mail.path)
            }
        case .judgeRecipient(let rcpt):
            if rcpt.address.localPart == "x" {
                _ = session.recipientJudged(refusal: Reply(550, "no"))
            } else {
                _ = session.recipientJudged(accepted: [rcpt.recipient])
            }
        case .receiveLines:
            precondition(session.envelope?.recipients.isEmpty == false && tls[Int(input[0]) % 4] != .required)
            guard receiveMessage(&framer) else { return }
            session.messageEnded()
            precondition(session.envelope == nil)
        case .startTLS:
            guard framer.isEmpty else { return }
            session.tlsStarted()
        case .close: return
        }
        precondition(session.envelope?.recipients.count ?? 0 <= 3)
    }
}

/// Reads data up to its end; false when it does not end well.
private func receiveMessage(_ framer: inout LineFramer) -> Bool {
    var decoder = DotDecoder()
    var message: [UInt8] = []
    var input = framer.takeBuffered()[...]
    guard decoder.decode(&input, into: &message) == .end else { return false }
    framer.append(Array(input))
    return true
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzSession_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
