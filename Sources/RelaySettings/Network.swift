import Glibc

/// An IP address as 128 bits; IPv4 and IPv4-mapped addresses are the same thing.
package struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// From 4 or 16 bytes in network order.
    package init?(_ bytes: [UInt8]) {
        switch bytes.count {
        case 4:
            high = 0
            low = Self.mappedPrefix | Self.number(bytes[...])
        case 16:
            high = Self.number(bytes[..<8])
            low = Self.number(bytes[8...])
        default:
            return nil
        }
    }

    /// From its text form, without brackets or zone.
    package init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(Array(bytes[..<4]))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes)
        } else {
            return nil
        }
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    package var isLoopback: Bool { Network.loopback.contains { $0.contains(self) } }

    private static let mappedPrefix: UInt64 = 0xffff_0000_0000

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// A range of IP addresses in CIDR notation (RFC 4632); IPv4-mapped ranges count as IPv4.
package struct Network: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64
    /// Of 128; an IPv4 prefix is 96 bits longer than it is written.
    private let prefix: Int
    private let isIPv4: Bool

    /// The network of `address` with so many leading bits; nil if the rest is not zero or there are not so many bits.
    init?(_ address: IPAddress, prefix: Int) {
        guard (0...128).contains(prefix) else { return nil }
        self.prefix = prefix
        highMask = Self.mask(min(prefix, 64))
        lowMask = Self.mask(max(prefix - 64, 0))
        high = address.high & highMask
        low = address.low & lowMask
        isIPv4 = address.isIPv4 && prefix >= 96
        guard high == address.high, low == address.low else { return nil }
    }

    /// `10.0.0.0/8`, `fd00::/8`, or one address.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefix: 128)
            return
        }
        guard let written = Decimal.read(parts[1]) else { return nil }
        // ::ffff:10.0.0.0/104 is written with 128 bits in mind, 10.0.0.0/8 with 32.
        let isDotted = !parts[0].contains(":")
        guard !isDotted || written <= 32 else { return nil }
        self.init(address, prefix: isDotted ? written + 96 : written)
    }

    /// Whether the address is in the range; no IPv4 address is in an IPv6 range.
    package func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == isIPv4 && address.high & highMask == high && address.low & lowMask == low
    }

    /// The same for the 4 or 16 bytes of an address.
    package func contains(_ bytes: [UInt8]) -> Bool { IPAddress(bytes).map(contains) ?? false }

    /// Whether every address of `other` is in this range.
    func covers(_ other: Network) -> Bool {
        isIPv4 == other.isIPv4 && prefix <= other.prefix && other.high & highMask == high
            && other.low & lowMask == low
    }

    var isSingleAddress: Bool { prefix == 128 }

    /// Whether it reaches beyond what is never routed on the Internet (RFC 6890). One address is no range.
    var isPublicRange: Bool { !isSingleAddress && !Self.privateRanges.contains { $0.covers(self) } }

    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { Network($0) }

    private static let privateRanges = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    ].compactMap { Network($0) }

    private static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : UInt64.max << UInt64(64 - bits) }
}

/// Plain decimal digits, and nothing else that `Int` would take.
enum Decimal {
    static func read(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
