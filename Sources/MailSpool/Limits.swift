/// Bounds of everything that a client, an operator or a disk can make grow.
enum Limits {
    /// Bytes of a message that a draft keeps in memory; what is longer goes to the file as it comes.
    static let draftByteCount = 64 << 10
    /// Message bytes read at once.
    static let windowByteCount = 64 << 10
    /// Read from the end of a file at first: of most entries all there is.
    static let viewByteCount = 80 << 10
    /// As much is read by the scan: of most entries all there is behind the message.
    static let scanByteCount = 4 << 10
    /// Files that the scan looks at before it admits them and tells how far it is, and that a thread looks at in a row.
    static let scanBatchCount = 1024
    static let scanPartCount = 64
    /// Threads that help the scan; the others do what mail that comes and goes waits for.
    static let scanHelperCount = 3
    /// Longest record, header apart; above what the limits on its fields allow.
    static let recordByteCount = 64 << 20
    /// Records of one entry: an attempt every minute for a month.
    static let recordCount = 50_000
    /// How far from the end a good footer is looked for behind a torn append.
    static let footerSearchByteCount = recordByteCount + (64 << 10)
    /// Text that only informs: replies, reasons, names. Longer text is cut.
    static let textByteCount = 512
    /// Text that must stay whole: addresses, stream names. Longer text is refused.
    static let fieldByteCount = 4096
    static let recipientCount = 60_000
    static let shareCount = 60_000
    /// Up to so many shares each append holds the state of all of them.
    static let wholeShareCount = 16
    static let pieceCount = 20_000
    /// Bytes that the edits of one share add.
    static let addedByteCount = 32 << 20
    /// Entries of one folder of the queue.
    static let folderEntryCount = 50_000
    /// A folder's number fits 32 bits, with the next one.
    static let folderCount = 1 << 31
    static let streamCount = 60_000
    /// As many of them as files may name that the scan finds; the others are for the configuration.
    static let foundStreamCount = 50_000
    /// Times that a file may tell, in milliseconds since 1970: to the year 9999.
    static let times: ClosedRange<Int64> = 0...253_402_300_799_999
    /// The highest ID that new ones come behind, of the year 2248: all of them must be above it.
    static let passedID: UInt64 = 1 << 63
    /// Damaged files that a report of recovery names; the others are only counted.
    static let namedDamageCount = 1000
    /// Files with one name in the folder of damaged ones.
    static let sameNameCount = 1000
    /// A share that could not be read for an attempt is not due again before.
    static let rereadDelay = Duration.seconds(60)
    /// Files without room for new mail.
    static let minimumFreeFileCount = 1000
    /// What a disk that refused a commit must store before it is trusted again: a message's first block.
    static let probeByteCount = 4 << 10
    /// For how long a look at the free space counts.
    static let roomAge = Duration.seconds(1)
    static let diskThreadCount = 2...64
    /// Rows that a page of a listing looks at: for so long all others wait for the index.
    static let pageRowCount = 4096
    /// Rows of the index that lie in one piece of memory.
    static let slabRowCount = 256
}
