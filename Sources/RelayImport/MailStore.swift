package import MailSyntax

/// Why a store, or a message of it, cannot be read.
package struct ImportFailure: Error, Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// A message in a store, not read yet.
package struct StoredItem: Hashable, Sendable {
    /// For a person: a file, or a place in one.
    package let name: String
    /// What it is remembered by once it was taken; nothing else of the store has it.
    package let key: String
    let path: String
    /// Where in the file; nil: all of it.
    var range: Range<Int>?
}

/// A message as its store has it.
package struct StoredMessage: Hashable, Sendable {
    /// The envelope's sender.
    package enum Sender: Hashable, Sendable {
        /// The store does not tell.
        case unknown
        /// Nobody: a report.
        case null
        case address(Address)
    }

    package var sender = Sender.unknown
    /// Empty: the store does not tell.
    package var recipients: [Recipient] = []
    package var returnContent: ReturnContent?
    package var envelopeID: String?
    /// With the line ends of the store.
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// Mail as another program keeps it. Nothing of it is changed.
///
/// All functions block.
package protocol MailStore: Sendable {
    /// What kind of store it is, for a person.
    var kind: String { get }
    /// Whether its envelopes name recipients.
    var tellsRecipients: Bool { get }
    /// Its messages, in the order in which they are to be taken.
    var items: [StoredItem] { get }
    /// What is not to be taken, each with the reason.
    var passedOver: [String] { get }
    /// The file that remembers what was taken.
    var donePath: String { get }

    /// Reads a message; one that is larger than so many bytes is a failure.
    func message(_ item: StoredItem, limit: Int) throws(ImportFailure) -> StoredMessage
}

extension MailStore {
    /// The name that `donePath` has within a folder.
    static var doneName: String { ".postern-imported" }
}

/// Tells by what lies there which kind of store a path is.
package enum MailStores {
    package static func open(_ path: String) throws(ImportFailure) -> any MailStore {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard try StoreFile.isFolder(path) else {
            return try MailboxFile.isOne(path) ? try MailboxFile(path) : MessageFiles(file: path)
        }
        let names = try StoreFile.names(in: path)
        if PostfixQueue.isOne(names) { return try PostfixQueue(path) }
        if Maildir.isOne(names) { return try MessageFiles(maildir: path) }
        if EmailrelaySpool.isOne(names) { return EmailrelaySpool(path, names) }
        return MessageFiles(folder: path, names)
    }
}
