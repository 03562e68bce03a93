import MailSyntax

/// Files of one message each: a folder of them, a Maildir, or one alone. Whom a message is for they do not tell; whom
/// it is from a Return-Path does, which the last server puts in front of it (RFC 5321 section 4.4).
struct MessageFiles: MailStore {
    let kind: String
    let tellsRecipients = false
    let items: [StoredItem]
    let passedOver: [String]
    let donePath: String

    /// A folder; folders within it are passed over.
    init(folder: String, _ names: [String]) {
        kind = "folder of message files"
        donePath = folder + "/" + Self.doneName
        let shown = names.filter { !$0.hasPrefix(".") }
        let files = shown.filter { StoreFile.isFile(folder + "/" + $0) }
        items = files.map { StoredItem(name: $0, key: $0, path: folder + "/" + $0) }
        passedOver = Set(shown).subtracting(files).sorted().map { "\($0): not an ordinary file" }
    }

    init(maildir: String) throws(ImportFailure) {
        kind = "Maildir"
        donePath = maildir + "/" + Self.doneName
        items = try Maildir.items(of: maildir)
        passedOver = []
    }

    init(file: String) {
        kind = "message file"
        donePath = file + Self.doneName
        let name = file.split(separator: "/").last.map(String.init) ?? file
        items = [StoredItem(name: name, key: name, path: file)]
        passedOver = []
    }

    func message(_ item: StoredItem, limit: Int) throws(ImportFailure) -> StoredMessage {
        var message = StoredMessage(bytes: try StoreFile.read(item.path, limit: limit))
        message.sender = message.returnPath
        return message
    }
}

/// A Maildir: what was delivered lies in `new`, and in `cur` once somebody saw it there.
enum Maildir {
    static func isOne(_ names: [String]) -> Bool { Set(["cur", "new", "tmp"]).isSubset(of: names) }

    /// In the order of their names, which begin with the time of delivery. What is behind a colon changes when
    /// somebody reads the message.
    static func items(of path: String) throws(ImportFailure) -> [StoredItem] {
        var items: [StoredItem] = []
        for folder in ["new", "cur"] {
            for name in try StoreFile.names(in: path + "/" + folder) where !name.hasPrefix(".") {
                let key = name.prefix { $0 != ":" }
                items.append(
                    StoredItem(name: "\(folder)/\(name)", key: String(key), path: "\(path)/\(folder)/\(name)")
                )
            }
        }
        return items.sorted { $0.key < $1.key }
    }
}

extension StoredMessage {
    /// The path of a Return-Path field above all others but trace fields.
    var returnPath: Sender {
        let header = HeaderBlock(bytes)
        guard let field = header.first(named: "Return-Path") else { return .unknown }
        let value = Array(HeaderBlock.unfold(bytes[field.valueRange]).utf8)
        return Sender(path: value[...])
    }
}

extension StoredMessage.Sender {
    /// `<ann@office.example>` or `<>`; anything else tells nothing.
    init(path: ArraySlice<UInt8>) {
        var rest = path
        do throws(AddressError) {
            let address = try MailPath.reverse(&rest, allowsUTF8: true)
            self = address.map { .address($0) } ?? .null
        } catch { self = .unknown }
    }

    /// The same without the brackets.
    init(bare: String) { self.init(path: Array("<\(bare)>".utf8)[...]) }
}
