import Glibc
import NIOCore

/// The file that a unix listener stands at.
package struct UnixSocketFile: Sendable {
    package let path: String
    package let mode: UInt32

    package init(path: String, mode: UInt32) {
        self.path = path
        self.mode = mode
    }

    /// Removes what a process that is gone has left; a socket that somebody answers at stays.
    package func removeStale() throws(TransportError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .listen("\(path) exists and is no socket") }
        guard try !isAnswered() else { throw .listen("\(path) is in use by another process") }
        unlink(path)
    }

    /// After the bind: the file was made with the process's umask.
    package func applyMode() throws(TransportError) {
        guard chmod(path, mode) == 0 else { throw .listen("\(path): \(String(cString: strerror(errno)))") }
    }

    package func remove() { unlink(path) }

    /// Never blocks: a listener with a full backlog answers EAGAIN, and is alive.
    private func isAnswered() throws(TransportError) -> Bool {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .listen(String(cString: strerror(errno))) }
        defer { Glibc.close(descriptor) }
        let address = try PeerAddress(host: .unix(path: path), port: 0).socketAddress()
        let result = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        return result == 0 || errno != ECONNREFUSED
    }
}
