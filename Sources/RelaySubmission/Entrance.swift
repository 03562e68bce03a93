import MailSyntax
package import RelaySettings
import SMTPProtocol
import Transport

/// The relay's own door on this machine: hands in a message by SMTP.
package struct Entrance: ~Copyable {
    /// What the relay says to a message.
    package enum Answer: Hashable, Sendable {
        /// It is on the relay's disk: what the relay replied.
        case accepted(String)
        /// It was refused for good, and nothing of it is sent.
        case refused(SubmissionFailure)
        /// It was not taken now, or nobody knows whether it was: says why.
        case putOff(String)
        /// Nobody is there to be asked: says why.
        case away(String)
    }

    private let connection: BlockingConnection
    private var decoder = ReplyDecoder()

    /// Offers a submission at one entrance after the other, until the relay answers at one.
    package static func offer(_ submission: Submission, at entrances: [ListenAddress]) -> Answer {
        var reason = "no listener takes mail from this machine without TLS"
        for place in entrances {
            do throws(TransportError) {
                var entrance = try Entrance(place)
                return entrance.submit(submission)
            } catch { reason = "\(error)" }
        }
        return .away(reason)
    }

    /// Lets whoever runs the program speak to the relay itself; false if nobody can be reached.
    package static func converse(at entrances: [ListenAddress], input: Int32, output: Int32) -> Bool {
        for place in entrances {
            // One that cannot be reached is followed by the next.
            guard let entrance = try? Entrance(place) else { continue }
            entrance.connection.carry(from: input, to: output)
            return true
        }
        return false
    }

    private init(_ place: ListenAddress) throws(TransportError) {
        guard let address = PeerAddress(literal: place.host, port: place.port) else {
            throw .unreachable("\(place) is no address")
        }
        connection = try BlockingConnection(to: address, within: Limits.connectPatience)
    }

    private mutating func submit(_ submission: Submission) -> Answer {
        do throws(Obstacle) {
            try expect(try reply())
            let server = ServerExtensions(ehlo: try ask(ClientCommand.ehlo("localhost")))
            try sendEnvelope(submission, to: server)
            try ask(ClientCommand.data)
            let answer = try sendMessage(submission.message)
            // The relay has it; how the farewell goes makes no difference.
            _ = try? ask(ClientCommand.quit)
            return .accepted(answer.text)
        } catch {
            switch error {
            case .reply(let reply, _) where !reply.isPermanent: return .putOff(reply.text)
            case .reply(let reply, let recipient): return .refused(.refused(reply, recipient))
            case .broken(let reason): return .putOff(reason)
            }
        }
    }

    private mutating func sendEnvelope(_ submission: Submission, to server: ServerExtensions) throws(Obstacle)
    {
        let envelope = submission.envelope
        try ask(ClientCommand.mail(envelope, byteCount: submission.message.count, to: server))
        var rest = envelope.recipients[...]
        while !rest.isEmpty {
            let some = rest.prefix(Limits.pipelinedRecipientCount)
            rest = rest.dropFirst(some.count)
            try send(some.flatMap { ClientCommand.rcpt($0, to: server) })
            for recipient in some { try expect(try reply(), recipient.address) }
        }
    }

    private mutating func sendMessage(_ message: [UInt8]) throws(Obstacle) -> Reply {
        var encoder = DotEncoder()
        var rest = message[...]
        while !rest.isEmpty {
            var encoded: [UInt8] = []
            encoder.encode(rest.prefix(Limits.windowByteCount), into: &encoded)
            rest = rest.dropFirst(Limits.windowByteCount)
            try send(encoded)
        }
        var end: [UInt8] = []
        encoder.finish(into: &end)
        try send(end)
        let answer = try reply(within: Limits.finalPatience)
        try expect(answer)
        return answer
    }

    // MARK: Steps

    /// What keeps the message from going in.
    private enum Obstacle: Error {
        case reply(Reply, Address?)
        case broken(String)
    }

    @discardableResult
    private mutating func ask(_ command: [UInt8]) throws(Obstacle) -> Reply {
        try send(command)
        let answer = try reply()
        try expect(answer)
        return answer
    }

    private func send(_ bytes: [UInt8]) throws(Obstacle) {
        do throws(TransportError) { try connection.send(bytes[...], within: Limits.replyPatience) } catch {
            throw .broken("\(error)")
        }
    }

    private func expect(_ reply: Reply, _ recipient: Address? = nil) throws(Obstacle) {
        guard reply.isPositive else { throw .reply(reply, recipient) }
    }

    private mutating func reply(within patience: Duration = Limits.replyPatience) throws(Obstacle) -> Reply {
        while true {
            do throws(ReplyError) {
                if let reply = try decoder.next() { return reply }
            } catch { throw .broken("\(error)") }
            var bytes: [UInt8]?
            do throws(TransportError) { bytes = try connection.read(within: patience) } catch {
                throw .broken("\(error)")
            }
            guard let bytes else { throw .broken("the relay closed the connection") }
            decoder.append(bytes)
        }
    }
}
