/// One AUTH exchange of the sending side (RFC 4954), with PLAIN (RFC 4616) or LOGIN.
///
/// Prints as `<redacted>`. Only for connections whose server was verified: both mechanisms show the
/// secret to the server.
public struct Authentication: Sendable, CustomStringConvertible, CustomReflectable {
    /// The mechanisms known here.
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        /// User name and secret in one response.
        case plain = "PLAIN"
        /// User name and secret in two responses.
        case login = "LOGIN"

        /// The best mechanism that a server offers too.
        public static func choose(from offered: [String]) -> Mechanism? {
            allCases.first { offered.contains($0.rawValue) }
        }
    }

    private let mechanism: Mechanism
    /// What is still to be said, the next response first.
    private var responses: [[UInt8]]

    /// An exchange for one connection.
    public init(mechanism: Mechanism, username: String, secret: [UInt8]) {
        self.mechanism = mechanism
        switch mechanism {
        case .plain: responses = [[0] + Array(username.utf8) + [0] + secret]
        case .login: responses = [Array(username.utf8), secret]
        }
    }

    /// The AUTH command; PLAIN sends its response along.
    public mutating func start() -> [UInt8] {
        let command = Array("AUTH \(mechanism.rawValue)".utf8)
        switch mechanism {
        case .plain: return command + [ASCII.space] + Base64.encode(responses.removeFirst()) + ASCII.lineEnd
        case .login: return command + ASCII.lineEnd
        }
    }

    /// The line that answers a 334; when nothing is left to be said, `*`, which cancels the exchange.
    public mutating func answerChallenge() -> [UInt8] {
        guard !responses.isEmpty else { return Array("*\r\n".utf8) }
        return Base64.encode(responses.removeFirst()) + ASCII.lineEnd
    }

    /// Never the secret.
    public var description: String { "<redacted>" }
    /// Never the secret, not even in a dump.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
