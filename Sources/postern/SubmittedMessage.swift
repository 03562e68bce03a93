import Glibc
import RelayIntake

/// A message in a file as a client would submit it: with CRLF at the end of each line, whatever the file has.
struct SubmittedMessage {
    /// All of it.
    private(set) var bytes: [UInt8] = []
    /// At most `Rehearsal.headByteCount` bytes of its front.
    var head: [UInt8] { Array(bytes.prefix(Rehearsal.headByteCount)) }
    var byteCount: Int { bytes.count }
    private(set) var isEightBit = false
    /// Line feeds that got a carriage return.
    private(set) var completedLineCount = 0
    /// A carriage return stands within a line: a relay refuses that.
    private(set) var hasBareReturn = false
    private var last: UInt8 = 0x0A

    /// Reads a file, or standard input for `-`. Reading ends where the message is larger than `limit`.
    static func read(_ path: String, limit: Int) throws(CommandFailure) -> SubmittedMessage {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var message = SubmittedMessage()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while message.byteCount <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { break }
            message.append(buffer[..<count])
        }
        message.end()
        return message
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(text: "\(path): \(String(cString: strerror(errno)))")
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == 0x0A {
                if last != 0x0D {
                    completedLineCount += 1
                    put(0x0D)
                }
            } else if last == 0x0D {
                hasBareReturn = true
            }
            put(byte)
        }
    }

    /// A line that is not ended gets its end from the client.
    mutating func end() {
        if last == 0x0D { hasBareReturn = true }
        guard last != 0x0A else { return }
        put(0x0D)
        put(0x0A)
    }

    private mutating func put(_ byte: UInt8) {
        bytes.append(byte)
        if byte > 0x7F { isEightBit = true }
        last = byte
    }
}
