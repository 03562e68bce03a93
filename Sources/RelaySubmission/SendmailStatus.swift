import MailSyntax
import SMTPProtocol

/// How the program ends: what its callers know from sysexits.h.
package enum SendmailStatus: Int32, Error, Sendable {
    case done = 0
    /// EX_USAGE: the arguments make no sense.
    case usage = 64
    /// EX_DATAERR: the message cannot be sent as it is.
    case badData = 65
    /// EX_NOUSER: a recipient is refused.
    case noUser = 67
    /// EX_UNAVAILABLE: the relay refuses it.
    case unavailable = 69
    /// EX_IOERR: standard input cannot be read.
    case inputOutput = 74
    /// EX_TEMPFAIL: it was not taken, and may be another time.
    case tryLater = 75
    /// EX_CONFIG: the configuration cannot be read.
    case badConfiguration = 78
}

/// Why a message was not taken, for the person or program that handed it in.
package struct SubmissionFailure: Error, Hashable, Sendable {
    package let status: SendmailStatus
    package let text: String

    init(_ status: SendmailStatus, _ text: String) {
        self.status = status
        self.text = text
    }
}

extension SubmissionFailure {
    package static func badConfiguration(_ text: String) -> SubmissionFailure {
        SubmissionFailure(.badConfiguration, text)
    }

    package static func unreadable(_ text: String) -> SubmissionFailure {
        SubmissionFailure(.inputOutput, text)
    }

    /// Neither by the relay nor by the maildrop.
    package static func notTaken(_ text: String) -> SubmissionFailure { SubmissionFailure(.tryLater, text) }

    /// The relay refused it for good; the status tells callers apart what they may tell their users.
    static func refused(_ reply: Reply, _ recipient: Address?) -> SubmissionFailure {
        let status: SendmailStatus =
            switch (reply.status?.subject, reply.status?.detail) {
            case (1, _): .noUser
            case (3, 4), (4, 6), (6, _): .badData
            default: .unavailable
            }
        let subject = recipient.map { "<\($0)>: " } ?? ""
        return SubmissionFailure(status, "nothing is sent: \(subject)\(reply.text)")
    }
}
