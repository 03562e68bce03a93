import Glibc

/// Writes events as logfmt lines to a file descriptor, standard error unless told otherwise.
package struct StandardErrorSink: EventSink {
    private let descriptor: Int32

    package init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

    package func write(_ events: [EventFields]) {
        var lines: [UInt8] = []
        for event in events { Logfmt.append(event, to: &lines) }
        lines.withUnsafeBytes(writeAll)
    }

    /// Writes everything; a reader that is gone loses it, for there is nobody left to tell.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&interest, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
