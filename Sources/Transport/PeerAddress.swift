import Glibc
package import NIOCore

/// One end of a connection.
///
/// An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// What kind of address, and which.
    package enum Host: Hashable, Sendable {
        case ipv4(UInt32)
        case ipv6(high: UInt64, low: UInt64, zone: UInt32)
        case unix(path: String)
    }

    package let host: Host
    /// Zero for a unix socket.
    package let port: Int

    package init(host: Host, port: Int) {
        if case .ipv6(0, let low, _) = host, low >> 32 == 0xFFFF {
            self.host = .ipv4(UInt32(truncatingIfNeeded: low))
        } else {
            self.host = host
        }
        self.port = port
    }

    /// An address literal, brackets allowed: `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`.
    package init?(literal: String, port: Int) {
        let bare =
            literal.hasPrefix("[") && literal.hasSuffix("]")
            ? String(literal.dropFirst().dropLast()) : literal
        guard (0...65_535).contains(port), let address = try? SocketAddress(ipAddress: bare, port: port)
        else {
            // Not an address: nil says so.
            return nil
        }
        self.init(address)
    }

    /// `192.0.2.1:25` or `[2001:db8::1]:25`.
    package static func parse(_ text: String) -> PeerAddress? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = String(text[..<colon])
        guard !host.contains(":") || (host.hasPrefix("[") && host.hasSuffix("]")) else { return nil }
        return PeerAddress(literal: host, port: Int(port))
    }

    package init(_ address: SocketAddress) {
        let inet = address.withSockAddr { start, count in
            PeerAddress(sockaddr: UnsafeRawBufferPointer(start: start, count: count))
        }
        self = inet ?? PeerAddress(host: .unix(path: address.pathname ?? ""), port: 0)
    }

    /// A `sockaddr_in` or `sockaddr_in6` by its layout: family, port, address, and the zone at the end.
    init?(sockaddr bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 16 else { return nil }
        let port = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        switch Int32(bytes.loadUnaligned(as: UInt16.self)) {
        case AF_INET:
            let address = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            self.init(host: .ipv4(UInt32(bigEndian: address)), port: port)
        case AF_INET6 where bytes.count >= 28:
            let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            let zone = bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
            self.init(host: .ipv6(high: high, low: low, zone: zone), port: port)
        default: return nil
        }
    }

    /// Four or sixteen bytes in network order; none for a unix socket.
    package var bytes: [UInt8] {
        switch host {
        case .ipv4(let address): withUnsafeBytes(of: address.bigEndian, Array.init)
        case .ipv6(let high, let low, _):
            withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
        case .unix: []
        }
    }

    /// The address without the port: `192.0.2.1`, `2001:db8::1`, `/run/x.sock`.
    package var text: String {
        switch host {
        case .ipv4: Self.text(of: bytes, family: AF_INET)
        case .ipv6(_, _, 0): Self.text(of: bytes, family: AF_INET6)
        case .ipv6(_, _, let zone): Self.text(of: bytes, family: AF_INET6) + "%\(zone)"
        case .unix(let path): path.isEmpty ? "unix" : path
        }
    }

    package var description: String {
        switch host {
        case .ipv4: "\(text):\(port)"
        case .ipv6: "[\(text)]:\(port)"
        case .unix: text
        }
    }

    package var isLoopback: Bool {
        switch host {
        case .ipv4(let address): address >> 24 == 127
        case .ipv6(let high, let low, _): high == 0 && low == 1
        case .unix: true
        }
    }

    /// The same host without its port: what admission counts by.
    package var withoutPort: PeerAddress { PeerAddress(host: host, port: 0) }

    /// Where this machine reaches what listens here: "any address" is no place to connect to.
    package var reachable: PeerAddress {
        switch host {
        case .ipv4(0): PeerAddress(host: .ipv4(0x7F00_0001), port: port)
        case .ipv6(0, 0, _): PeerAddress(host: .ipv6(high: 0, low: 1, zone: 0), port: port)
        case .ipv4, .ipv6, .unix: self
        }
    }

    /// The form that NIO wants.
    package func socketAddress() throws(TransportError) -> SocketAddress {
        do {
            if case .unix(let path) = host { return try SocketAddress(unixDomainSocketPath: path) }
            return try SocketAddress(ipAddress: text, port: port)
        } catch { throw .unreachable("\(self) is not a usable address") }
    }

    private static func text(of bytes: [UInt8], family: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = inet_ntop(family, bytes, buffer.baseAddress, socklen_t(buffer.count)) else {
                return "?"
            }
            return String(cString: start)
        }
    }
}
