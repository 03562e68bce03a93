import Glibc
import MailSyntax

/// The queue of a Postfix that is stopped, read through its own `postcat`. What Postfix holds stays with it.
struct PostfixQueue: MailStore {
    let kind = "Postfix queue"
    let tellsRecipients = true
    let items: [StoredItem]
    let passedOver: [String]
    let donePath: String

    init(_ path: String) throws(ImportFailure) {
        guard !Self.isRunning(path) else {
            throw ImportFailure("\(path): Postfix is running, and would send the same mail; stop it first")
        }
        donePath = path + "/" + Self.doneName
        var items: [StoredItem] = []
        var unfinished: [String] = []
        for name in ["maildrop", "incoming", "active", "deferred"] {
            try Self.walk(path, name, depth: 0) { file, found throws(ImportFailure) in
                // The owner may execute a file once it is whole.
                guard found.mode & 0o100 != 0 else { return unfinished.append("\(file): not finished") }
                items.append(Self.item(file, found, in: path))
            }
        }
        var held = 0
        try Self.walk(path, "hold", depth: 0) { _, _ in held += 1 }
        self.items = items
        passedOver = unfinished + (held > 0 ? ["hold: \(held) messages that Postfix holds"] : [])
    }

    static func isOne(_ names: [String]) -> Bool {
        Set(["active", "deferred", "incoming"]).isSubset(of: names)
    }

    func message(_ item: StoredItem, limit: Int) throws(ImportFailure) -> StoredMessage {
        let shown = try Postcat.run(item.path, limit: limit + Limits.postcatByteCount)
        guard let message = PostcatText(shown, of: item.path).message else {
            throw ImportFailure("\(item.name): postcat shows no whole message")
        }
        return message
    }

    /// IDs come again, but hardly ever with the same size.
    private static func item(_ file: String, _ found: StoreFile, in path: String) -> StoredItem {
        let id = file.split(separator: "/").last.map(String.init) ?? file
        return StoredItem(name: file, key: "\(id)-\(found.byteCount)", path: path + "/" + file)
    }

    /// Every file below a folder of the queue, of which there may be none.
    private static func walk(
        _ root: String, _ folder: String, depth: Int,
        _ body: (String, StoreFile) throws(ImportFailure) -> Void
    ) throws(ImportFailure) {
        // A queue need not have every folder.
        let isThere = try? StoreFile.isFolder(root + "/" + folder)
        guard depth < Limits.queueFolderDepth, isThere == true else { return }
        for name in try StoreFile.names(in: root + "/" + folder) where !name.hasPrefix(".") {
            let file = folder + "/" + name
            if try StoreFile.isFolder(root + "/" + file) {
                try walk(root, file, depth: depth + 1, body)
            } else {
                try body(file, try StoreFile(root + "/" + file))
            }
        }
    }

    /// The master daemon keeps its file locked.
    private static func isRunning(_ path: String) -> Bool {
        let descriptor = open(path + "/pid/master.pid", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}

/// What `postcat` prints of a file: the envelope, the message, and the envelope's records behind it, between lines that
/// name the file. A message may hold such lines too: the first of its beginning and the last of its end are the real
/// ones, as nothing that a sender chose stands outside of them.
struct PostcatText {
    private(set) var message: StoredMessage?
    /// ORCPT and NOTIFY of the recipient that comes next.
    private var original: String?
    private var notify: NotifyConditions?

    init(_ shown: [UInt8], of path: String) {
        let begin = Array("*** MESSAGE CONTENTS \(path) ***\n".utf8)
        let end = Array("*** HEADER EXTRACTED \(path) ***\n".utf8)
        guard shown.ends(with: "*** MESSAGE FILE END \(path) ***\n"), let first = shown.first(begin),
            let last = shown.last(end), first.upperBound <= last.lowerBound
        else { return }
        var message = StoredMessage(bytes: Array(shown[first.upperBound..<last.lowerBound]))
        let records = [shown[..<first.lowerBound], shown[last.upperBound...]].joined()
        for line in records.split(separator: UInt8(ascii: "\n")) {
            guard take(String(decoding: line, as: UTF8.self), into: &message) else { return }
        }
        self.message = message
    }

    /// False: an address that is none.
    private mutating func take(_ line: String, into message: inout StoredMessage) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return true }
        let value = String(line[line.index(after: colon)...].drop { $0 == " " })
        switch line[..<colon] {
        case "sender":
            message.sender = value.isEmpty ? .null : .init(internal: value)
            return message.sender != .unknown
        case "recipient":
            guard case .address(let address) = StoredMessage.Sender(internal: value) else { return false }
            message.recipients.append(Recipient(address, notify: notify, originalRecipient: original))
            (original, notify) = (nil, nil)
        case "named_attribute": takeAttribute(value, into: &message)
        default: break
        }
        return true
    }

    private mutating func takeAttribute(_ text: String, into message: inout StoredMessage) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2 else { return }
        let (name, value) = (parts[0], parts[1])
        switch name {
        case "dsn_orig_rcpt":
            let pair = value.split(separator: ";", maxSplits: 1).map(String.init)
            original = pair.count == 2 ? pair[0] + ";" + Xtext.encode(Array(pair[1].utf8)) : nil
        case "notify_flags": notify = UInt8(value).map(NotifyConditions.init(rawValue:))
        case "envelope_id": message.envelopeID = Xtext.encode(Array(value.utf8))
        case "ret_flags": message.returnContent = UInt8(value).flatMap(ReturnContent.init(rawValue:))
        default: break
        }
    }
}

extension StoredMessage.Sender {
    /// An address as Postfix keeps it: the local part without quotes.
    fileprivate init(internal text: String) {
        self.init(bare: text)
        guard self == .unknown, let at = text.lastIndex(of: "@") else { return }
        let escaped = text[..<at].map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        self.init(bare: "\"\(escaped)\"" + text[at...])
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }

    /// Where a line stands first.
    fileprivate func first(_ line: [UInt8]) -> Range<Int>? { lines(line).first }

    fileprivate func last(_ line: [UInt8]) -> Range<Int>? { lines(line).last }

    private func lines(_ line: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while start < count {
            if self[start...].starts(with: line) { found.append(start..<start + line.count) }
            guard let end = self[start...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            start = end + 1
        }
        return found
    }
}
