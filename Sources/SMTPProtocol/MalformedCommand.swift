import MailSyntax

/// Why a command line cannot be read; each case knows its reply.
enum MalformedCommand: Error {
    case controlCharacter
    case syntax(String)
    case sender(AddressError)
    case recipient(AddressError)
    case unknownParameter(String)
    case badParameter(String)

    var reply: Reply {
        switch self {
        case .controlCharacter: Reply(500, EnhancedStatus(5, 5, 2), "Control character in command")
        case .syntax(let form): Reply(501, EnhancedStatus(5, 5, 4), "Syntax: \(form)")
        case .sender(let error): Reply(501, EnhancedStatus(5, 1, 7), "Bad sender address: \(error)")
        case .recipient(let error): Reply(501, EnhancedStatus(5, 1, 3), "Bad recipient address: \(error)")
        case .unknownParameter(let keyword):
            Reply(555, EnhancedStatus(5, 5, 4), "Unsupported parameter \(keyword)")
        case .badParameter(let keyword): Reply(501, EnhancedStatus(5, 5, 4), "Bad parameter \(keyword)")
        }
    }
}
