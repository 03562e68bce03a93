import MailSyntax

/// The replies that the server side gives of its own.
enum Replies {
    static let senderOk = Reply(250, status(2, 1, 0), "Ok")
    static let recipientOk = Reply(250, status(2, 1, 5), "Ok")
    static let ok = Reply(250, status(2, 0, 0), "Ok")
    static let goAhead = Reply(354, "End data with <CR><LF>.<CR><LF>")
    static let bye = Reply(221, status(2, 0, 0), "Bye")
    static let readyForTLS = Reply(220, status(2, 0, 0), "Ready to start TLS")
    static let cannotVerify = Reply(252, status(2, 5, 0), "Cannot verify, but will take mail for it")
    static let help = Reply(214, status(2, 0, 0), "See RFC 5321")

    static let bareLineEnd = Reply(500, status(5, 5, 2), "Bare CR or LF in command")
    static let lineTooLong = Reply(500, status(5, 5, 6), "Command line too long")
    static let unknownCommand = Reply(500, status(5, 5, 1), "Command not recognized")
    static let notImplemented = Reply(502, status(5, 5, 1), "Command not implemented")
    static let helloFirst = Reply(503, status(5, 5, 1), "Send EHLO first")
    static let mailFirst = Reply(503, status(5, 5, 1), "Send MAIL first")
    static let nestedMail = Reply(503, status(5, 5, 1), "Sender already given")
    static let tlsActive = Reply(503, status(5, 5, 1), "TLS already active")
    static let tlsFirst = Reply(530, status(5, 7, 0), "Send STARTTLS first")
    static let noRecipients = Reply(554, status(5, 5, 1), "No valid recipients")
    static let tooLarge = Reply(552, status(5, 3, 4), "Message too large")
    static let tooManyRecipients = Reply(452, status(4, 5, 3), "Too many recipients")
    static let needsUTF8 = Reply(553, status(5, 6, 7), "Address needs SMTPUTF8, which is not offered")
    static let tooManyErrors = Reply(421, status(4, 7, 0), "Too many errors")
    static let tooManyCommands = Reply(421, status(4, 7, 0), "Too many commands without a message")

    static func unsupported(_ parameter: String) -> Reply {
        Reply(555, status(5, 5, 4), "Unsupported parameter \(parameter)")
    }

    private static func status(_ kind: Int, _ subject: Int, _ detail: Int) -> EnhancedStatus {
        EnhancedStatus(kind, subject, detail)
    }
}
