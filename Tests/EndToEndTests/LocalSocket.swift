import Foundation
import Glibc

/// A unix socket spoken to byte by byte, as no command would.
final class LocalSocket {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var bound = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &bound, size)
        let status = withAddress(of: path) { connect(descriptor, $0, $1) }
        guard status == 0 else { throw StageError("\(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// What the peer does not take any more is not sent: that is its answer.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// All that comes until the peer ends or has been silent for a minute.
    func answer() -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }

    /// Whether somebody listens at it.
    static func accepts(_ path: String) -> Bool {
        // Nobody does, or there is no such file.
        (try? LocalSocket(path)) != nil
    }

    /// Leaves a socket's file behind that nobody listens at.
    static func leaveStale(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard withAddress(of: path, { bind(descriptor, $0, $1) }) == 0 else {
            throw StageError("\(path): \(String(cString: strerror(errno)))")
        }
    }
}

private func withAddress<Result>(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
