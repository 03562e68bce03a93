import MailSpool
import MailSyntax
import SMTPProtocol
import Transport

/// Why a dialogue with a smart host could not go on.
enum DialogueError: Error, Sendable, CustomStringConvertible {
    /// The smart host ended the connection.
    case ended
    case transport(TransportError)
    /// What it sent is no reply.
    case reply(ReplyError)
    /// The message could not be read to its end.
    case spool(SpoolError)

    var description: String {
        switch self {
        case .ended: "the smart host ended the connection"
        case .transport(.timedOut): "the smart host did not answer in time"
        case .transport(let error): error.description
        case .reply(let error): error.description
        case .spool(let error): "the message could not be read: \(error)"
        }
    }
}
