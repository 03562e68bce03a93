import Foundation
import Synchronization

/// Clients that submit message after message on several connections, and remember what was answered 250.
final class Load: Sendable {
    private struct State {
        var taken = 0
        var isOver = false
        var acknowledged: [String] = []
        var troubles: [String] = []
    }

    private let state = Mutex(State())
    private let prefix: String
    private let recipient: String
    private let count: Int

    /// - Parameters:
    ///   - prefix: what the Message-IDs begin with; unique within a test.
    ///   - count: how many messages there are to submit.
    init(_ prefix: String, to recipient: String, count: Int = .max) {
        self.prefix = prefix
        self.recipient = recipient
        self.count = count
    }

    /// The Message-IDs of all messages that were answered 250.
    var acknowledged: [String] { state.withLock { $0.acknowledged } }

    var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }

    /// What went wrong with connections that reconnect.
    var troubles: [String] { state.withLock { $0.troubles } }

    /// No further messages.
    func end() { state.withLock { $0.isOver = true } }

    /// Submits until all messages are taken or the relay goes away.
    func run(port: Int, connections: Int) throws {
        _ = try onThreads(connections) { [self] _ in
            // The relay may be killed at any point of this: what counts is what it answered.
            guard let client = try? MailClient(port: port), (try? client.say("EHLO load.test")) != nil else {
                return
            }
            while let number = take() {
                let id = "<\(prefix).\(number)@load.test>"
                guard let answer = try? client.submit(from: "a@office.test", to: [recipient], message(id))
                else { return }
                guard answer.code == 250 else { throw StageError("under load: \(answer)") }
                state.withLock { $0.acknowledged.append(id) }
            }
        }
    }

    /// Submits until `end`, a few messages on each connection; whatever is refused or breaks is a trouble.
    func runByReconnecting(port: Int, connections: Int) throws {
        _ = try onThreads(connections) { [self] _ in
            while !state.withLock({ $0.isOver }) {
                do { try submitSome(port: port) } catch {
                    state.withLock { $0.troubles.append("\(error)") }
                }
            }
        }
    }

    private func submitSome(port: Int) throws {
        let client = try MailClient(port: port)
        _ = try client.say("EHLO load.test")
        for _ in 1...Self.messagesPerConnection {
            guard let number = take() else { return }
            let id = "<\(prefix).\(number)@load.test>"
            let answer = try client.submit(from: "a@office.test", to: [recipient], message(id))
            guard answer.code == 250 else { throw StageError("under load: \(answer)") }
            state.withLock { $0.acknowledged.append(id) }
        }
        _ = try client.say("QUIT")
    }

    private static let messagesPerConnection = 5

    private func take() -> Int? {
        state.withLock { state in
            guard state.taken < count else { return nil }
            state.taken += 1
            return state.taken
        }
    }

    private func message(_ id: String) -> String {
        "From: a@office.test\r\nMessage-ID: \(id)\r\nSubject: load\r\n\r\n" + Self.body
    }

    private static let body = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 40)
}
