import Glibc
import MailSyntax

/// Wakes a thread that waits: a pipe of its own, so that a ring before the wait is not lost.
///
/// At most one ring is outstanding in the use made of it here, so ringing never blocks.
final class ThreadBell: Sendable {
    private let waiting: Int32
    private let ringing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let code = pipe(&ends)
        precondition(code == 0, "a pipe is made unless the process has no descriptors left")
        waiting = ends[0]
        ringing = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(waiting)
        close(ringing)
    }

    func ring() {
        var byte: UInt8 = 1
        while write(ringing, &byte, 1) < 0, errno == EINTR {}
    }

    /// Blocks until it rings.
    func wait() {
        var byte: UInt8 = 0
        while read(waiting, &byte, 1) < 0, errno == EINTR {}
    }

    /// Blocks until it rang, but not longer than told.
    func wait(within span: Duration) {
        var interest = pollfd(fd: waiting, events: Int16(POLLIN), revents: 0)
        _ = poll(&interest, 1, Int32(clamping: span.wholeMilliseconds))
    }
}
