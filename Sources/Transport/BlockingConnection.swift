import Glibc
import NIOCore

/// A connection for a program that does one thing at a time and wants no threads: each call blocks, within its patience.
package struct BlockingConnection: ~Copyable {
    private let descriptor: Int32

    /// Connects.
    package init(to target: PeerAddress, within patience: Duration) throws(TransportError) {
        descriptor = try Self.connected(to: target, within: patience)
    }

    deinit { Glibc.close(descriptor) }

    /// Sends all of it; each time that the peer takes nothing for so long is an error.
    package func send(_ bytes: ArraySlice<UInt8>, within patience: Duration) throws(TransportError) {
        Self.setPatience(descriptor, SO_SNDTIMEO, patience)
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.interruption }
            rest = rest.dropFirst(count)
        }
    }

    /// What is there, waiting for the first byte; nil once the peer has ended.
    package func read(within patience: Duration) throws(TransportError) -> [UInt8]? {
        Self.setPatience(descriptor, SO_RCVTIMEO, patience)
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Limits.readByteCount) { buffer, filled in
            repeat {
                count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && errno == EINTR
            filled = max(count, 0)
        }
        guard count >= 0 else { throw Self.interruption }
        return bytes.isEmpty ? nil : bytes
    }

    /// Carries bytes from `input` to the peer and from the peer to `output` until the peer ends, or takes no more.
    package func carry(from input: Int32, to output: Int32) {
        var ends = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&ends, nfds_t(ends.count), -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            if ends[1].revents != 0, !Self.copy(from: descriptor, to: output) { return }
            if ends[0].revents != 0, !Self.copy(from: input, to: descriptor) {
                // The input is at its end, the answers may still come; poll passes over a negative descriptor.
                ends[0].fd = -1
                shutdown(descriptor, Int32(SHUT_WR))
            }
        }
    }

    private static func copy(from source: Int32, to target: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Limits.readByteCount, alignment: 1) { buffer in
            let count = Glibc.read(source, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { return true }
            var rest = UnsafeRawBufferPointer(rebasing: buffer[..<max(count, 0)])
            while !rest.isEmpty {
                let written = write(target, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
            return count > 0
        }
    }

    private static func connected(
        to target: PeerAddress, within patience: Duration
    ) throws(TransportError) -> Int32 {
        let address = try target.socketAddress()
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = address.withSockAddr { start, _ in
            socket(Int32(start.pointee.sa_family), kind, 0)
        }
        guard descriptor >= 0 else { throw failure(to: target) }
        setPatience(descriptor, SO_SNDTIMEO, patience)
        // Else the end of a message, a small segment of its own, waits for the peer's delayed acknowledgement: 40 ms.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        let code = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        guard code == 0 else {
            let failure = failure(to: target)
            Glibc.close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func setPatience(_ descriptor: Int32, _ option: Int32, _ patience: Duration) {
        let (seconds, attoseconds) = patience.components
        var bound = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, option, &bound, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func failure(to target: PeerAddress) -> TransportError {
        switch errno {
        case ECONNREFUSED: .refused(target.description)
        case EINPROGRESS, EAGAIN, ETIMEDOUT: .timedOut
        default: .unreachable("\(target): \(systemError)")
        }
    }

    private static var interruption: TransportError {
        errno == EAGAIN ? .timedOut : .broken(systemError)
    }

    private static var systemError: String { String(cString: strerror(errno)) }
}
