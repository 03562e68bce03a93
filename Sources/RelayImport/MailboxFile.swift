import MailSyntax

/// An mbox: messages in one file, each behind a line `From SENDER DATE` that follows an empty line. A line of the
/// message that began so got a `>` in front of it, which is taken off again (the variant mboxrd).
struct MailboxFile: MailStore {
    let kind = "mbox"
    let tellsRecipients = false
    let items: [StoredItem]
    let passedOver: [String] = []
    let donePath: String

    init(_ path: String) throws(ImportFailure) {
        donePath = path + Self.doneName
        var scan = Scan(path)
        try scan.run(try StoreFile(path))
        items = scan.items
    }

    static func isOne(_ path: String) throws(ImportFailure) -> Bool {
        try StoreFile(path).read(0..<separator.count) == separator
    }

    func message(_ item: StoredItem, limit: Int) throws(ImportFailure) -> StoredMessage {
        let stored = try StoreFile.read(item.path, item.range, limit: limit + Limits.windowByteCount)
        let lineEnd = stored.firstIndex(of: Self.lineFeed).map { $0 + 1 } ?? stored.count
        var message = StoredMessage(bytes: Self.unquoted(stored[lineEnd...]))
        message.sender = message.returnPath
        if message.sender == .unknown { message.sender = Self.sender(of: stored[..<lineEnd]) }
        return message
    }

    /// Without the empty line that ends it, and without what was put in front of lines.
    private static func unquoted(_ stored: ArraySlice<UInt8>) -> [UInt8] {
        var stored = stored
        for end in [[lineFeed], [0x0D, lineFeed]]
        where stored.suffix(end.count + 1).elementsEqual([lineFeed] + end) {
            stored.removeLast(end.count)
            break
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(stored.count)
        var rest = stored
        while !rest.isEmpty {
            let end = rest.firstIndex(of: lineFeed).map { $0 + 1 } ?? rest.endIndex
            let line = rest[..<end]
            let isQuoted = line.first == quote && line.drop { $0 == quote }.starts(with: separator)
            bytes += isQuoted ? line.dropFirst() : line
            rest = rest[end...]
        }
        return bytes
    }

    /// `From ann@office.example Sat Nov 21 15:31:00 2026`; programs that know no sender write MAILER-DAEMON.
    private static func sender(of line: ArraySlice<UInt8>) -> StoredMessage.Sender {
        let words = line.dropFirst(separator.count).split { $0 == UInt8(ascii: " ") || $0 == lineFeed }
        guard let word = words.first.map({ String(decoding: $0, as: UTF8.self) }) else { return .unknown }
        if word.uppercased() == "MAILER-DAEMON" { return .null }
        return word.contains("@") ? .init(bare: word) : .unknown
    }

    static let separator = Array("From ".utf8)
    static let lineFeed = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: ">")
}

extension MailboxFile {
    /// One pass over the file: where the messages are, and a checksum of each. A place in the file is no name for a
    /// message: whoever removes one moves all behind it.
    fileprivate struct Scan {
        private(set) var items: [StoredItem] = []
        private let path: String
        private var start: Int?
        private var sum = Fingerprint()
        /// How often a message of this fingerprint was met.
        private var occurrences: [String: Int] = [:]

        init(_ path: String) { self.path = path }

        mutating func run(_ file: StoreFile) throws(ImportFailure) {
            var (position, line, isAfterEmpty) = (0, [UInt8](), true)
            while position < file.byteCount {
                let window = try file.read(position..<min(position + Limits.windowByteCount, file.byteCount))
                guard !window.isEmpty else { break }
                var rest = window[...]
                while let end = rest.firstIndex(of: MailboxFile.lineFeed) {
                    line += rest[...end]
                    rest = rest[(end + 1)...]
                    try take(line, at: position + rest.startIndex - line.count, isAfterEmpty)
                    isAfterEmpty = line.count == 1 || line == [0x0D, MailboxFile.lineFeed]
                    line.removeAll(keepingCapacity: true)
                }
                line += rest
                position += window.count
            }
            if !line.isEmpty { try take(line, at: position - line.count, isAfterEmpty) }
            try finish(at: position)
        }

        private mutating func take(_ line: [UInt8], at offset: Int, _ isAfterEmpty: Bool)
            throws(ImportFailure)
        {
            if isAfterEmpty, line.starts(with: MailboxFile.separator) {
                try finish(at: offset)
                start = offset
            } else {
                sum.add(line)
            }
        }

        private mutating func finish(at end: Int) throws(ImportFailure) {
            guard let start else { return }
            guard items.count < Limits.itemCount else {
                throw ImportFailure("\(path): more than \(Limits.itemCount) messages")
            }
            let text = sum.text
            occurrences[text, default: 0] += 1
            items.append(
                StoredItem(
                    name: "message \(items.count + 1)", key: "\(text).\(occurrences[text] ?? 1)", path: path,
                    range: start..<end))
            sum = Fingerprint()
        }
    }
}

/// Tells messages apart that nobody made alike on purpose (FNV-1a), with their length.
struct Fingerprint {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325
    private var byteCount = 0

    mutating func add(_ bytes: [UInt8]) {
        byteCount += bytes.count
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    var text: String { String(value, radix: 36) + "-" + String(byteCount, radix: 36) }
}
