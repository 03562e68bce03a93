package import MailSyntax

/// The envelope sender that a stream gives to its mail, with places for what each message fills in.
///
/// `bounce+{token}@mail.office.example`; `{sender}` before the `@` is written the VERP way, `joe=office.example`.
package struct ReturnPathTemplate: Hashable, Sendable, CustomStringConvertible {
    package enum Placeholder: String, Hashable, Sendable, CaseIterable {
        case id
        case token
        case stream
        case sender
        case senderLocal = "sender_local"
        case senderDomain = "sender_domain"
        case recipientLocal = "recipient_local"
        case recipientDomain = "recipient_domain"
    }

    /// What fills the places.
    package struct Values: Sendable {
        package var id: String
        package var token: String
        package var stream: String
        package var sender: Address
        package var recipient: Address

        package init(id: String, token: String, stream: String, sender: Address, recipient: Address) {
            self.id = id
            self.token = token
            self.stream = stream
            self.sender = sender
            self.recipient = recipient
        }
    }

    package enum Part: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)

        /// As it is written.
        var text: String {
            switch self {
            case .literal(let text): text
            case .placeholder(let placeholder): "{\(placeholder.rawValue)}"
            }
        }
    }

    package enum Mistake: Error, Hashable, Sendable {
        case unknownPlaceholder(String)
        case unbalancedBrace
        case noAddress
    }

    package let localPart: [Part]
    package let domain: [Part]

    package init(_ text: String) throws(Mistake) {
        let parts = try Self.parts(of: text)
        if parts == [.placeholder(.sender)] {
            // The sender as it came: its own @ divides it.
            localPart = [.placeholder(.senderLocal)]
            domain = [.placeholder(.senderDomain)]
        } else {
            (localPart, domain) = try Self.divide(parts)
        }
        guard !localPart.isEmpty, !domain.isEmpty, localPart.allSatisfy(Self.isUnquoted) else {
            throw .noAddress
        }
        guard Address(render(Self.example).description) != nil else { throw .noAddress }
    }

    /// Each recipient needs a transaction of its own, since its envelope sender differs.
    package var namesRecipient: Bool { names(.recipientLocal) || names(.recipientDomain) }

    package func names(_ placeholder: Placeholder) -> Bool {
        localPart.contains(.placeholder(placeholder)) || domain.contains(.placeholder(placeholder))
    }

    package func render(_ values: Values) -> Address {
        let local = localPart.map { Self.text(of: $0, values) }.joined()
        let domain = domain.map { Self.text(of: $0, values) }.joined()
        return Address(localPart: Self.quotedIfNeeded(local), domain: domain)
    }

    package var description: String { localPart.map(\.text).joined() + "@" + domainText }

    /// What stands behind the `@`, as written.
    var domainText: String { domain.map(\.text).joined() }

    private static func text(of part: Part, _ values: Values) -> String {
        switch part {
        case .literal(let text): text
        case .placeholder(.id): values.id
        case .placeholder(.token): values.token
        case .placeholder(.stream): values.stream
        case .placeholder(.sender): values.sender.unquotedLocalPart + "=" + values.sender.domain
        case .placeholder(.senderLocal): values.sender.unquotedLocalPart
        case .placeholder(.senderDomain): values.sender.domain
        case .placeholder(.recipientLocal): values.recipient.unquotedLocalPart
        case .placeholder(.recipientDomain): values.recipient.domain
        }
    }

    private static func isUnquoted(_ part: Part) -> Bool {
        guard case .literal(let text) = part else { return true }
        return text.utf8.allSatisfy { isAtomByte($0) || $0 == UInt8(ascii: ".") }
    }

    /// Two different local parts may be put side by side, so quotes were taken off each and are set around the whole.
    private static func quotedIfNeeded(_ local: String) -> String {
        let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
        if atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAtomByte) }) { return local }
        return "\"" + local.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// RFC 5322 section 3.2.3, and UTF-8 beyond ASCII (RFC 6532).
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x80...0xff: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    private static let example = Values(
        id: "0", token: "0", stream: "x", sender: Address(localPart: "a", domain: "a.example"),
        recipient: Address(localPart: "b", domain: "b.example"))
}

extension ReturnPathTemplate {
    private static func parts(of text: String) throws(Mistake) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while !rest.isEmpty {
            let literal = rest.prefix { $0 != "{" && $0 != "}" }
            if !literal.isEmpty { parts.append(.literal(String(literal))) }
            rest = rest[literal.endIndex...]
            guard let brace = rest.first else { break }
            guard brace == "{", let end = rest.firstIndex(of: "}") else { throw .unbalancedBrace }
            let name = String(rest[..<end].dropFirst())
            guard let placeholder = Placeholder(rawValue: name) else { throw .unknownPlaceholder(name) }
            parts.append(.placeholder(placeholder))
            rest = rest[end...].dropFirst()
        }
        return parts
    }

    /// The parts on either side of the one `@`.
    private static func divide(_ parts: [Part]) throws(Mistake) -> (local: [Part], domain: [Part]) {
        var sides: [[Part]] = [[]]
        for part in parts {
            guard case .literal(let text) = part else {
                sides[sides.count - 1].append(part)
                continue
            }
            for (index, piece) in text.split(separator: "@", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { sides.append([]) }
                if !piece.isEmpty { sides[sides.count - 1].append(.literal(String(piece))) }
            }
        }
        guard sides.count == 2 else { throw .noAddress }
        return (sides[0], sides[1])
    }
}
