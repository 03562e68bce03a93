public import MailSyntax

/// The commands of the sending side as bytes, each with only those parameters that the server offers.
public enum ClientCommand {
    /// `EHLO name`
    public static func ehlo(_ name: String) -> [UInt8] { line("EHLO \(name)") }
    /// `HELO name`
    public static func helo(_ name: String) -> [UInt8] { line("HELO \(name)") }
    /// `STARTTLS`
    public static let startTLS = line("STARTTLS")
    /// `DATA`
    public static let data = line("DATA")
    /// `RSET`
    public static let rset = line("RSET")
    /// `NOOP`
    public static let noop = line("NOOP")
    /// `QUIT`
    public static let quit = line("QUIT")

    /// `MAIL FROM:<path>`; `byteCount` is the size of the message that will go out.
    public static func mail(_ envelope: Envelope, byteCount: Int, to server: ServerExtensions) -> [UInt8] {
        var text = "MAIL FROM:<\(envelope.sender?.description ?? "")>"
        if server.declaresSize { text += " SIZE=\(byteCount)" }
        if server.eightBitMIME, envelope.body == .eightBitMIME { text += " BODY=8BITMIME" }
        if server.smtpUTF8, envelope.isSMTPUTF8 { text += " SMTPUTF8" }
        if server.dsn {
            switch envelope.returnContent {
            case .full: text += " RET=FULL"
            case .headers: text += " RET=HDRS"
            case nil: break
            }
            if let id = envelope.envelopeID { text += " ENVID=\(id)" }
        }
        return line(text)
    }

    /// `RCPT TO:<path>`
    public static func rcpt(_ recipient: Recipient, to server: ServerExtensions) -> [UInt8] {
        var text = "RCPT TO:<\(recipient.address)>"
        if server.dsn {
            if let notify = recipient.notify { text += " NOTIFY=\(notify.keywords.joined(separator: ","))" }
            if let original = recipient.originalRecipient { text += " ORCPT=\(original)" }
        }
        return line(text)
    }

    /// Whatever stands in an address, nothing can end the line before its end.
    private static func line(_ text: String) -> [UInt8] {
        text.utf8.filter { !ASCII.isControl($0) } + ASCII.lineEnd
    }
}
