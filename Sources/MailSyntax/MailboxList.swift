/// The addresses in the value of From, To, Sender and their like (RFC 5322 section 3.4).
///
/// Display names, comments and group names are passed over; of what is against the grammar it makes
/// the best. A quoted local part comes without its quotes unless it needs them, so that
/// `"ann"@example.org` is the same address as `ann@example.org`.
public enum MailboxList {
    /// An address and where it stands: from its first byte to its last, angle brackets left out.
    public struct Mailbox: Hashable, Sendable {
        /// The address; one without a domain has an empty domain.
        public let address: Address
        /// Places in the array that the value is a slice of.
        public let range: Range<Int>

        /// An address at a place.
        public init(address: Address, range: Range<Int>) {
            self.address = address
            self.range = range
        }
    }

    /// The addresses in their order; one without a domain has an empty domain.
    public static func addresses(in value: ArraySlice<UInt8>) -> [Address] {
        mailboxes(in: value).map(\.address)
    }

    /// The addresses in their order with their places, so that one can be replaced.
    public static func mailboxes(in value: ArraySlice<UInt8>) -> [Mailbox] {
        var reader = MailboxReader(value)
        return reader.read()
    }
}

/// Reads a value token by token and hands out a mailbox at each end of one.
private struct MailboxReader {
    private var tokens: AddressTokens
    private var found: [MailboxList.Mailbox] = []
    /// From the first token of the address to the last one that is part of it.
    private var range = 0..<0
    private var local: [UInt8]?
    private var domain: [UInt8]?
    private var wordCount = 0
    /// A dot or an at was the last token, so the next word goes on with what stands before.
    private var isJoining = false
    /// Behind the `>` nothing counts until the next mailbox.
    private var isDone = false

    init(_ value: ArraySlice<UInt8>) { tokens = AddressTokens(value) }

    mutating func read() -> [MailboxList.Mailbox] {
        while found.count < Limits.mailboxCount, let token = tokens.next() {
            switch token {
            case .atom(let word): take(word)
            case .quoted(let word): domain == nil ? take(word) : spoil()
            case .dot: takeDot()
            case .at: takeAt()
            case .literal(let literal): takeLiteral(literal)
            case .open, .colon: begin()
            case .close:
                end()
                isDone = true
            case .separator:
                end()
                isDone = false
            }
        }
        end()
        return found
    }

    private mutating func take(_ word: [UInt8]) {
        if let name = domain {
            if isJoining {
                domain = name + word
                extend()
            }
        } else if isJoining, let name = local {
            local = name + word
            extend()
        } else {
            local = word
            wordCount += 1
            range = tokens.start..<tokens.end
        }
        isJoining = false
    }

    private mutating func extend() { range = range.lowerBound..<tokens.end }

    private mutating func takeAt() {
        guard domain == nil else { return }
        domain = []
        isJoining = true
    }

    private mutating func takeLiteral(_ literal: [UInt8]) {
        let isGood = !literal.dropFirst().dropLast().contains {
            (ASCII.openBracket...ASCII.closeBracket).contains($0)
        }
        if isGood, domain?.isEmpty == true { domain = literal } else { spoil() }
        extend()
        isJoining = false
    }

    /// What stands here is no address; a domain of no bytes makes it none.
    private mutating func spoil() {
        domain = []
        isJoining = false
    }

    private mutating func takeDot() {
        isJoining = true
        if local == nil { range = tokens.start..<tokens.end }
        if domain != nil { domain?.append(ASCII.dot) } else { local = (local ?? []) + [ASCII.dot] }
    }

    /// What was read so far is a display name, a group name or a source route.
    private mutating func begin() {
        local = nil
        domain = nil
        wordCount = 0
        isJoining = false
    }

    private mutating func end() {
        defer { begin() }
        guard !isDone, let local else { return }
        if let domain {
            guard isDomain(domain) else { return }
            let name = String(decoding: domain, as: UTF8.self)
            add(local, domain: name)
        } else if wordCount == 1 {
            // More words than one are a display name that lacks its address.
            add(local, domain: "")
        }
    }

    private mutating func add(_ local: [UInt8], domain: String) {
        let address = Address(localPart: quotedIfNeeded(local), domain: domain)
        found.append(MailboxList.Mailbox(address: address, range: range))
    }

    private func isDomain(_ bytes: [UInt8]) -> Bool {
        if bytes.first == ASCII.openBracket { return bytes.last == ASCII.closeBracket }
        return bytes.split(separator: ASCII.dot, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    private func quotedIfNeeded(_ local: [UInt8]) -> String {
        let atoms = local.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        let isDotAtom = atoms.allSatisfy {
            !$0.isEmpty && $0.allSatisfy { ASCII.isAtomText($0) || !ASCII.isASCII($0) }
        }
        if isDotAtom { return String(decoding: local, as: UTF8.self) }
        let escaped = local.flatMap { byte in
            byte == ASCII.quote || byte == ASCII.backslash ? [ASCII.backslash, byte] : [byte]
        }
        return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
    }
}
