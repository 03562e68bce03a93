import FuzzSupport
import MailSyntax
import SMTPProtocol

/// Every line is some command; a MAIL or RCPT that is read can be said again and is read as the same.
private func check(_ input: [UInt8]) {
    let server = ServerExtensions(ehlo: Reply(250, lines: ["a", "8BITMIME", "SMTPUTF8", "DSN"]))
    switch CommandParser.parse(input) {
    case .malformed(let reply):
        precondition([500, 501, 555].contains(reply.code))
    case .mail(var mail) where mail.body != .binaryMIME:
        (mail.size, mail.auth) = (nil, nil)
        let envelope = Envelope(
            sender: mail.path, recipients: [], body: mail.body, isSMTPUTF8: mail.smtpUTF8,
            returnContent: mail.ret,
            envelopeID: mail.envid)
        let line = ClientCommand.mail(envelope, byteCount: 0, to: server)
        precondition(CommandParser.parse(line.dropLast(2)) == .mail(mail))
    case .rcpt(let rcpt):
        let recipient = Recipient(rcpt.address, notify: rcpt.notify, originalRecipient: rcpt.orcpt)
        let line = ClientCommand.rcpt(recipient, to: server)
        precondition(CommandParser.parse(line.dropLast(2)) == .rcpt(rcpt))
    default: break
    }
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzCommand_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
