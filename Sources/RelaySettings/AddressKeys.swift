import MailSyntax

// The readers of `origin`, `aliases`, `local_domains` and `sender_rewrite`, and what they must not say together.

extension Reader where Value == String {
    /// A domain as senders and recipients have it, in lower case.
    static var domain: Reader {
        .scalar("a domain such as office.example") { HostName.isValid($0) ? $0.lowercased() : nil }
    }

    static var origin: Reader {
        domain.checked { name, item, reading in
            if !name.contains(".") {
                reading.error(item, "\(quoted(name)) has no dot; no mail can be sent to such a domain")
            }
        }
    }
}

extension Reader where Value == AliasTable {
    static var aliases: Reader {
        Reader { item, reading in
            guard let path = Reader<String>.path().read(item, &reading),
                let bytes = reading.content(of: path, item)
            else { return nil }
            let file = AliasFile(bytes, path: path)
            for mistake in file.mistakes { reading.error(mistake.text, in: path, at: mistake.place) }
            return file.table
        }
    }
}

extension Reader where Value == [SenderRewrite] {
    static var senderRewrites: Reader {
        Reader { item, reading in
            if item.node.isNull { return [] }
            guard let entries = reading.entries(of: item) else { return nil }
            guard entries.count <= Limits.itemCount else {
                reading.error(item, "more than \(Limits.itemCount) patterns")
                return nil
            }
            return entries.compactMap { entry in
                let address = Reader<Address>.address.read(item.named(entry), &reading)
                guard !entry.key.text.isEmpty else {
                    reading.error("\(item.path): a pattern without a character", at: entry.key.place)
                    return nil
                }
                return address.map { SenderRewrite(Glob(entry.key.text), to: $0) }
            }
        }
    }
}

// MARK: - All together

extension Reading {
    /// No address that means this machine may be on its way to a smart host.
    mutating func checkAddresses(_ settings: Settings, _ root: Item) {
        let local = settings.localAddresses
        if local.isLocal(local.origin) {
            error(
                "local_domains: \(quoted(local.origin)) is the origin, where the mail of bare addresses is sent to",
                at: root.place(of: "local_domains") ?? .start)
        }
        let named =
            [("postmaster", settings.postmaster)]
            + settings.senderRewrites.map { ("sender_rewrite", $0.address) }
        for (key, address) in named where local.isLocal(address.domain) {
            tellUnreachable(address, key: key, at: root.place(of: key))
        }
        if let sender = settings.reports.sender, local.isLocal(sender.domain) {
            tellUnreachable(sender, key: "reports.sender", at: root.place(of: "reports"))
        }
        for stream in settings.streamNames.compactMap({ settings.streams[$0] }) {
            guard let path = stream.returnPath, local.isLocal(path.domainText) else { continue }
            error(
                "streams.\(stream.name).return_path: \(quoted(path.domainText)) is a local domain",
                at: root.place(of: "streams") ?? .start)
        }
        var walk = AliasWalk(settings.aliases, local)
        walk.findMistakes()
        for mistake in walk.mistakes { error(mistake.text, in: settings.aliases.path, at: mistake.place) }
    }

    private mutating func tellUnreachable(_ address: Address, key: String, at place: Place?) {
        error(
            "\(key): \(quoted(address.domain)) is a local domain; no smart host can answer \(address)",
            at: place ?? .start)
    }
}

/// Looks where the names of an alias table lead to.
struct AliasWalk {
    private let table: AliasTable
    private let local: LocalAddresses
    private(set) var mistakes: [AliasFile.Mistake] = []
    /// False while the walk is below the name.
    private var isDone: [String: Bool] = [:]

    init(_ table: AliasTable, _ local: LocalAddresses) {
        self.table = table
        self.local = local
    }

    /// Goes from every name once down all its ways, in the order of the file.
    mutating func findMistakes() {
        let names = table.aliases.sorted { $0.value.place < $1.value.place }.map(\.key)
        for name in names where isDone[name] == nil {
            guard mistakes.count < Limits.findingCount else { return }
            walk(from: name)
        }
    }

    /// Its own stack: a file may hold a longer chain than the thread's stack bears.
    private mutating func walk(from name: String) {
        var path = [(name: name, next: 0)]
        isDone[name] = false
        while let (owner, next) = path.last {
            guard let targets = table[owner]?.targets, next < targets.count else {
                isDone[owner] = true
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            guard let below = step(targets[next], within: owner) else { continue }
            isDone[below] = false
            path.append((below, 0))
        }
    }

    /// The name to go on with, unless it was seen before.
    private mutating func step(_ target: AliasTable.Target, within owner: String) -> String? {
        if let next = local.alias(of: target, within: owner) {
            if isDone[next] == false {
                refuse("\(quoted(owner)) leads back to itself by way of \(quoted(next))", target)
            }
            return isDone[next] == nil ? next : nil
        }
        let isMailbox = target.isFinal || local.name(of: target.address) == owner
        if local.isLocal(target.address.domain), !isMailbox, !local.isPostmaster(target.address) {
            refuse(
                "\(quoted(target.address.description)) is an address of this machine without an alias", target
            )
        }
        return nil
    }

    private mutating func refuse(_ text: String, _ target: AliasTable.Target) {
        mistakes.append(AliasFile.Mistake(place: target.place, text: text))
    }
}
