extension Command {
    /// Who the client of an AUTH says to be, as far as its initial response tells (PLAIN: RFC 4616; LOGIN). Nil: it
    /// does not tell, or not by a name that can stand in a log without misleading its reader.
    public var claimedUser: String? {
        guard case .auth(let mechanism, let initial?) = self, let response = Base64.decode(initial.utf8)
        else {
            return nil
        }
        let name: ArraySlice<UInt8>
        switch mechanism {
        case "PLAIN":
            let words = response.split(separator: 0, omittingEmptySubsequences: false)
            guard words.count == 3 else { return nil }
            name = words[1]
        case "LOGIN": name = response[...]
        default: return nil
        }
        guard (1...Limits.shownUserByteCount).contains(name.count), name.allSatisfy(Self.isPlain) else {
            return nil
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || ".-_+@".utf8.contains(byte)
    }
}
