/// The key of message tokens: made once and kept in the state folder.
package struct TokenKey: Sendable, CustomStringConvertible {
    package static let byteCount = 32
    /// For the file it is kept in.
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    private init(fresh bytes: [UInt8]) { self.bytes = bytes }

    package static func make() -> TokenKey { TokenKey(fresh: RandomBytes.make(byteCount)) }

    package var description: String { "<redacted>" }
}

/// A queue ID with a check that only the holder of the key can make: what comes back to such an address belongs to
/// a message that was really sent.
///
/// Lower-case letters and digits only, so that it survives as part of a local part wherever mail passes.
package enum MessageToken {
    /// 80 bits.
    private static let checkByteCount = 10
    private static let checkLetterCount = 16
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// `id` in lower case, followed by the check.
    package static func make(id: String, key: TokenKey) -> String {
        let id = id.lowercased()
        return id + check(of: id, key)
    }

    /// The ID in upper case if the token was made with this key, whatever became of its case on the way.
    package static func verify(_ token: String, key: TokenKey) -> String? {
        let token = token.lowercased()
        guard token.utf8.count > checkLetterCount, token.utf8.allSatisfy(isLetterOrDigit) else { return nil }
        let id = String(token.dropLast(checkLetterCount))
        guard HMACSHA256.isEqual(Array(check(of: id, key).utf8), Array(token.utf8.suffix(checkLetterCount)))
        else {
            return nil
        }
        return id.uppercased()
    }

    /// Five bits a letter.
    private static func check(of id: String, _ key: TokenKey) -> String {
        let code = HMACSHA256.authenticate(Array("message-token:".utf8) + Array(id.utf8), key: key.bytes)
        var bits: UInt32 = 0
        var bitCount = 0
        var letters: [UInt8] = []
        for byte in code.prefix(checkByteCount) {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                letters.append(alphabet[Int(bits >> UInt32(bitCount) & 31)])
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
