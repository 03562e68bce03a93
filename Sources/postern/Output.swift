import Glibc

/// Standard output and standard error of a command.
enum Output {
    /// Writes bytes as they are; ends the process quietly when the reader is gone, as `| head` is.
    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                exit(errno == EPIPE ? 0 : 1)
            }
        }
    }

    /// Characters of a line: the terminal's, else those that everything fits.
    static var width: Int { isatty(STDOUT_FILENO) == 1 ? max(TerminalScreen.size.columnCount, 80) : 80 }

    static func line(_ text: String) { write(Array((text + "\n").utf8)) }

    /// Tells the person at the terminal what went wrong.
    static func complain(_ text: String, prefix: String = "postern: ") {
        write(Array((prefix + text + "\n").utf8), to: STDERR_FILENO)
    }
}
