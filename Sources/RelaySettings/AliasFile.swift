import MailSyntax

/// Reads an alias file (aliases(5)), of which addresses alone are taken:
///
///     # who reads the machine's mail
///     postmaster: root
///     root: ann@office.example,
///         "bob baker"@office.example
struct AliasFile {
    struct Mistake: Equatable {
        var place: Place
        var text: String
    }

    private(set) var table = AliasTable()
    /// In the order of the file, one for each name or address that cannot be taken.
    private(set) var mistakes: [Mistake] = []
    /// The name whose addresses are being read; lines that begin with a blank go on with them.
    private var open: (name: String, alias: AliasTable.Alias)?

    init(_ bytes: [UInt8], path: String) {
        table.path = path
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            guard !isFull else { break }
            read(AliasLine(line, number: index + 1))
        }
        close()
    }

    private var isFull: Bool { mistakes.count >= Limits.findingCount }

    private mutating func read(_ line: AliasLine) {
        var line = line
        guard !line.isBlankOrComment else { return }
        if line.isContinuation {
            if open == nil {
                refuse("this line goes on with an alias, but none is before it", at: line.place)
            }
        } else {
            close()
            begin(&line)
        }
        while let word = line.next() {
            guard open != nil, !isFull else { return }
            take(word)
        }
    }

    // MARK: Names

    private mutating func begin(_ line: inout AliasLine) {
        let place = line.place
        guard let name = line.name() else {
            return refuse("expected a line such as root: ann@office.example", at: place)
        }
        guard let address = Address(name), address.domain.isEmpty else {
            return refuse("\(quoted(name)) is no name of a mailbox; a name has no domain", at: place)
        }
        open = (AliasTable.name(of: address), AliasTable.Alias(targets: [], place: place))
    }

    /// Puts what was read into the table.
    private mutating func close() {
        guard let (name, alias) = open else { return }
        open = nil
        if alias.targets.isEmpty {
            // Where its addresses were refused, that was told.
            if mistakes.last.map({ $0.place < alias.place }) ?? true {
                refuse("\(quoted(name)) stands for no address", at: alias.place)
            }
        } else if table.aliases.count >= Limits.aliasCount {
            if table[name] == nil { refuse("more than \(Limits.aliasCount) aliases", at: alias.place) }
        } else if let earlier = table.add(name, alias) {
            refuse("\(quoted(name)) is there twice; first in line \(earlier.place.line)", at: alias.place)
        }
    }

    // MARK: Addresses

    private mutating func take(_ word: AliasLine.Word) {
        guard !word.followsWithoutComma else {
            let text =
                word.text.hasPrefix("#")
                ? "a comment needs a line of its own" : "a comma is missing before it"
            return refuse("\(quoted(word.text)): \(text)", at: word.place)
        }
        if let what = Self.kind(of: word.text) {
            return refuse(
                "\(quoted(word.text)) is \(what); an alias stands for addresses alone", at: word.place)
        }
        let isFinal = word.text.hasPrefix("\\")
        guard let address = Address(isFinal ? String(word.text.dropFirst()) : word.text) else {
            return refuse("\(quoted(word.text)) is no address", at: word.place)
        }
        guard open.map({ $0.alias.targets.count < Limits.aliasTargetCount }) ?? false else {
            return refuse("more than \(Limits.aliasTargetCount) addresses for one name", at: word.place)
        }
        open?.alias.targets.append(AliasTable.Target(address: address, isFinal: isFinal, place: word.place))
    }

    /// What other mail systems would run, write to or read.
    private static func kind(of text: String) -> String? {
        let content = text.drop { $0 == "\"" }
        if content.hasPrefix("|") { return "a program" }
        if content.hasPrefix("/") { return "a file" }
        return content.lowercased().hasPrefix(":include:") ? "a list in another file" : nil
    }

    private mutating func refuse(_ text: String, at place: Place) {
        mistakes.append(Mistake(place: place, text: text))
    }
}
