import Glibc

/// A plain SMTP client: sends the bytes it is given, right or wrong, and reads replies. It blocks; no wait is
/// longer than a minute.
final class MailClient {
    /// One reply, of one line or several.
    struct Answer: CustomStringConvertible {
        var code = 0
        var lines: [String] = []

        var description: String { lines.joined(separator: " / ") }
        /// The queue ID in `250 2.0.0 Ok: queued as ID`.
        var queueID: String? { code == 250 ? lines.last?.split(separator: " ").last.map(String.init) : nil }
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects and reads the greeting.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var bound = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, size)
        var address = loopback(port: port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw StageError("port \(port): \(String(cString: strerror(errno)))") }
        let greeting = try answer()
        guard greeting.code == 220 else { throw StageError("greeted with \(greeting)") }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw StageError("sending: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends a line and reads the reply.
    @discardableResult
    func say(_ line: String) throws -> Answer {
        try send(line + "\r\n")
        return try answer()
    }

    /// The next reply; an error if the connection ends first.
    func answer() throws -> Answer {
        guard let answer = try answerOrEnd() else { throw StageError("the relay closed the connection") }
        return answer
    }

    /// The next reply; nil if the connection ends first.
    func answerOrEnd() throws -> Answer? {
        var answer = Answer()
        while let line = try line() {
            answer.lines.append(line)
            answer.code = Int(line.prefix(3)) ?? 0
            if line.dropFirst(3).first != "-" { return answer }
        }
        return nil
    }

    private func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeSubrange(...end)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            guard try fill() else { return nil }
        }
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw StageError("receiving: \(String(cString: strerror(errno)))") }
        received += chunk.prefix(count)
        return count > 0
    }
}

extension MailClient {
    /// One whole transaction after EHLO; the reply to the message, or the first that refused.
    func submit(from sender: String, to recipients: [String], _ message: [UInt8]) throws -> Answer {
        let isEightBit = message.contains { $0 > 127 }
        let commands =
            ["MAIL FROM:<\(sender)>" + (isEightBit ? " BODY=8BITMIME" : "")]
            + recipients.map { "RCPT TO:<\($0)>" } + ["DATA"]
        for command in commands {
            let answer = try say(command)
            guard answer.code < 400 else { return answer }
        }
        try send(message.dotStuffed)
        return try answer()
    }

    func submit(from sender: String, to recipients: [String], _ message: String) throws -> Answer {
        try submit(from: sender, to: recipients, Array(message.utf8))
    }
}

extension [UInt8] {
    /// The message as DATA sends it, its end included.
    var dotStuffed: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(count + 16)
        var previous: UInt8 = 0x0A
        for byte in self {
            if byte == 0x2E, previous == 0x0A { out.append(byte) }
            out.append(byte)
            previous = byte
        }
        return out + Array((previous == 0x0A ? ".\r\n" : "\r\n.\r\n").utf8)
    }
}
