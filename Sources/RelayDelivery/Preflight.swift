import MailSyntax
import SMTPProtocol

/// Looks whether a smart host can take a message at all, before it is shown to it.
enum Preflight {
    /// What a message needs of a smart host.
    struct Needs: Hashable, Sendable {
        var byteCount: Int
        /// It was announced as 8BITMIME and has bytes above 127.
        var isEightBit: Bool
        var isSMTPUTF8: Bool
    }

    /// Why the message fails for good here; nil: nothing is against it.
    static func refusal(of needs: Needs, by server: ServerExtensions) -> Outcome.Result? {
        if let size = server.size, needs.byteCount > size {
            return .init(
                .failed, status: EnhancedStatus(5, 3, 4),
                reason: "the message of \(needs.byteCount) bytes is larger than the smart host takes: \(size)"
            )
        }
        if needs.isEightBit, !server.eightBitMIME {
            return .init(
                .failed, status: EnhancedStatus(5, 6, 3),
                reason: "the message has 8-bit bytes and the smart host does not offer 8BITMIME")
        }
        if needs.isSMTPUTF8, !server.smtpUTF8 {
            return .init(
                .failed, status: EnhancedStatus(5, 6, 7),
                reason: "the message needs SMTPUTF8 and the smart host does not offer it")
        }
        return nil
    }
}
