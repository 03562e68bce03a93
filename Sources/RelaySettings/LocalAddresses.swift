package import MailSyntax

/// Tells how a sender whom the pattern fits is called outside.
package struct SenderRewrite: Hashable, Sendable {
    package var pattern: Glob
    package var address: Address

    package init(_ pattern: Glob, to address: Address) {
        self.pattern = pattern
        self.address = address
    }
}

/// What becomes of addresses that mean something on this machine alone: none of them leaves by a smart host.
///
/// A bare address is one of the origin. An address of a local domain is a name of this machine: as recipient it needs
/// an alias; as sender it becomes one of the origin, since mail that is refused for the machine's own name would be
/// lost, and its bounce with it.
package struct LocalAddresses: Sendable {
    /// What a recipient stands for.
    package enum Recipients: Hashable, Sendable {
        /// These addresses, none of them local, in the order of the aliases.
        case addresses([Address])
        /// A name of this machine that nobody has.
        case unknown
        /// More addresses than one transaction may have.
        case tooMany
    }

    /// The domain of bare addresses.
    package let origin: String
    private let domains: [String]
    private let aliases: AliasTable
    private let rewrites: [SenderRewrite]
    private let postmaster: Address

    package init(_ settings: Settings) {
        let origin = settings.chosenOrigin ?? Self.parent(of: settings.hostname.lowercased())
        self.origin = origin
        domains =
            Self.alwaysLocal
            + (settings.chosenLocalDomains ?? [settings.hostname.lowercased()].filter { $0 != origin })
        aliases = settings.aliases
        rewrites = settings.senderRewrites
        postmaster = settings.postmaster
    }

    /// Names that every machine has for itself, and no smart host can deliver to.
    private static let alwaysLocal = ["localhost", "localhost.localdomain"]

    /// The domain that a host is in; a domain of one label belongs to nobody, so the host stands for itself then.
    private static func parent(of hostname: String) -> String {
        let labels = hostname.split(separator: ".")
        return labels.count > 2 ? labels.dropFirst().joined(separator: ".") : hostname
    }

    /// The domain means this machine.
    package func isLocal(_ domain: String) -> Bool {
        domains.contains(domain) || Self.isLoopbackLiteral(domain)
    }

    /// `[127.0.0.1]`, `[IPv6:::1]`
    private static func isLoopbackLiteral(_ domain: String) -> Bool {
        guard domain.hasPrefix("["), domain.hasSuffix("]") else { return false }
        let content = domain.dropFirst().dropLast()
        let text = content.hasPrefix("ipv6:") ? content.dropFirst("ipv6:".count) : content
        return IPAddress(String(text))?.isLoopback ?? false
    }

    // MARK: Senders

    /// The sender that goes out for this one, in the envelope as in From, Sender and Reply-To.
    package func sender(_ address: Address) -> Address {
        let named = address.domain.isEmpty ? completed(address) : address
        if let rewritten = rewritten(named) { return rewritten }
        let complete = completed(named)
        return complete == named ? named : rewritten(complete) ?? complete
    }

    private func rewritten(_ address: Address) -> Address? {
        guard !rewrites.isEmpty else { return nil }
        let text = address.description
        return rewrites.first { $0.pattern.matches(text) }?.address
    }

    /// A bare address, or one of this machine, as one of the origin; any other as it is.
    package func completed(_ address: Address) -> Address {
        guard address.domain.isEmpty || isLocal(address.domain) else { return address }
        return Address(localPart: address.localPart, domain: origin)
    }

    // MARK: Recipients

    /// What a recipient stands for, at most `limit` addresses.
    package func recipients(for address: Address, limit: Int) -> Recipients {
        guard let name = name(of: address) else { return .addresses([address]) }
        if aliases[name] != nil || isPostmaster(address) {
            return expand(AliasTable.Target(address: address), limit: limit)
        }
        return isLocal(address.domain) ? .unknown : .addresses([completed(address)])
    }

    /// Each name is looked at once, so this ends whatever the table says.
    private func expand(_ first: AliasTable.Target, limit: Int) -> Recipients {
        var found: [Address] = []
        var known: Set<Address> = []
        var seen: Set<String> = []
        // The last one is the next.
        var open = [(owner: "", target: first)]
        while let (owner, target) = open.popLast() {
            if let next = alias(of: target, within: owner) {
                guard seen.insert(next).inserted else { continue }
                open += (aliases[next]?.targets ?? []).reversed().map { (next, $0) }
            } else {
                let address = mailbox(of: target, within: owner)
                guard known.insert(address).inserted else { continue }
                guard found.count < limit else { return .tooMany }
                found.append(address)
            }
        }
        return .addresses(found)
    }

    /// The name that an alias could have for this address; nil: it is of another domain.
    func name(of address: Address) -> String? {
        let domain = address.domain
        guard domain.isEmpty || domain == origin || isLocal(domain) else { return nil }
        return AliasTable.name(of: address)
    }

    /// The alias that a target leads to; nil: it is where the mail goes. A name that stands for itself among others
    /// is its mailbox at the origin.
    func alias(of target: AliasTable.Target, within owner: String) -> String? {
        guard !target.isFinal, let name = name(of: target.address), name != owner, aliases[name] != nil else {
            return nil
        }
        return name
    }

    /// Where the mail of a target goes that leads no further.
    private func mailbox(of target: AliasTable.Target, within owner: String) -> Address {
        let isNamed = target.isFinal || AliasTable.name(of: target.address) == owner
        return isPostmaster(target.address) && !isNamed ? postmaster : completed(target.address)
    }

    /// The name that every mail host knows (RFC 5321 section 4.5.1); that of the origin is the office's own.
    func isPostmaster(_ address: Address) -> Bool {
        (address.domain.isEmpty || isLocal(address.domain)) && AliasTable.name(of: address) == "postmaster"
    }
}

extension Settings {
    /// What becomes of addresses that mean something on this machine alone.
    package var localAddresses: LocalAddresses { LocalAddresses(self) }
}
