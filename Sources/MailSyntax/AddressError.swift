/// Why bytes are no address.
public enum AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Against the grammar of RFC 5321 section 4.1.2.
    case malformed
    /// Local part, domain or a label of it is longer than the RFC allows.
    case tooLong
    /// Bytes above 127 where they were not announced, or not UTF-8.
    case notASCII

    /// Words for a reply.
    public var description: String {
        switch self {
        case .malformed: "malformed address"
        case .tooLong: "address too long"
        case .notASCII: "address is not ASCII"
        }
    }
}
