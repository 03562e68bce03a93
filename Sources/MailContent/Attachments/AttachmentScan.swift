/// What an attachment is and, if it is an archive, what is in it.
package struct AttachmentListing: Sendable {
    /// A file in an archive, or the attachment itself.
    package struct Member: Sendable {
        /// The name in the archive; empty for the attachment itself.
        package let name: String
        /// In how many archives it is: 0 for the attachment itself.
        package let depth: Int
        /// The media type by its content; nil: not known, or not to be read.
        package internal(set) var type: String?
        /// Nobody can look into it without a password.
        package internal(set) var isEncrypted = false
        /// Its size without compression, as far as it was read.
        package internal(set) var byteCount = 0
    }

    /// The attachment itself, then the members in the order of the archive, each before those in it.
    package internal(set) var members: [Member]
    /// An archive is of a kind that is not listed: nothing in it is told.
    package internal(set) var isPartial = false
    /// An archive of a kind that is listed was not read to its end: a bound was met, or it is packed as nothing here
    /// can unpack. What hides in it is told by nothing else.
    package internal(set) var isCut = false
    /// What decompression came to so far, in all archives together.
    var inflatedByteCount = 0

    /// Anything of it is encrypted.
    package var isEncrypted: Bool { members.contains(where: \.isEncrypted) }
}

/// Reads an attachment's content, without transfer encoding, in windows of any size: what it is by its
/// look, and the members of zip archives, Office and OpenDocument files, three archives deep.
///
/// Of other archives only the kind is told, and that the listing is partial; a 7z archive counts as encrypted
/// if that shows without reading its compressed list of names.
package struct AttachmentScan {
    private var listing = AttachmentListing(members: [])
    private var outermost = ArchiveLevel(member: 0, depth: 0)

    /// A scan that has seen nothing.
    package init() {
        listing.members.append(AttachmentListing.Member(name: "", depth: 0))
    }

    /// Takes the next bytes of the content.
    package mutating func take(_ window: ArraySlice<UInt8>) { outermost.take(window, into: &listing) }

    /// What was found.
    package mutating func finish() -> AttachmentListing {
        outermost.finish(into: &listing)
        return listing
    }
}

/// One file being read: first its look, then, if it is a zip, its members.
struct ArchiveLevel {
    private let member: Int
    private let depth: Int
    private var head: [UInt8] = []
    private var isJudged = false
    private var zip: ZipReader?
    private var marks = EncryptionMarks()

    init(member: Int, depth: Int) {
        self.member = member
        self.depth = depth
    }

    mutating func take(_ window: ArraySlice<UInt8>, into listing: inout AttachmentListing) {
        listing.members[member].byteCount += window.count
        guard !isJudged else { return pass(window, into: &listing) }
        head += window
        guard head.count >= FileType.headByteCount else { return }
        judge(into: &listing)
    }

    mutating func finish(into listing: inout AttachmentListing) {
        if !isJudged { judge(into: &listing) }
        zip?.finish(into: &listing)
        if let type = zip?.refinedType { listing.members[member].type = type }
        if marks.isEncrypted { listing.members[member].isEncrypted = true }
    }

    private mutating func judge(into listing: inout AttachmentListing) {
        isJudged = true
        let type = FileType.of(head)
        listing.members[member].type = type
        switch type {
        case "application/zip":
            if depth < Limits.archiveDepth {
                zip = ZipReader(depth: depth + 1)
            } else {
                listing.isCut = true
            }
        case "application/x-7z-compressed", "application/vnd.rar", "application/gzip", "application/x-tar",
            "application/x-bzip2", "application/x-xz", "application/vnd.ms-cab-compressed",
            "application/zstd":
            listing.isPartial = true
        case "application/pgp-encrypted": listing.members[member].isEncrypted = true
        default: break
        }
        marks = EncryptionMarks(type)
        let first = head
        head = []
        pass(first[...], into: &listing)
    }

    private mutating func pass(_ window: ArraySlice<UInt8>, into listing: inout AttachmentListing) {
        zip?.take(window, into: &listing)
        marks.take(window)
    }
}

/// Looks for words that stand in a file only if it is encrypted.
struct EncryptionMarks {
    private let mark: [UInt8]
    private var matchedByteCount = 0
    private(set) var isEncrypted = false

    init(_ type: String? = nil) {
        switch type {
        case "application/pdf": mark = Array("/Encrypt".utf8)
        // An Office file with a password is a stream of this name in an old container.
        case "application/x-ole-storage": mark = "EncryptedPackage".utf8.flatMap { [$0, 0] }
        // The identifier of the AES coder, where the list of names is not compressed.
        case "application/x-7z-compressed": mark = [0x06, 0xF1, 0x07, 0x01]
        default: mark = []
        }
    }

    /// None of the marks repeats its first byte before its end, so a failed one begins anew at the byte that broke it.
    mutating func take(_ window: ArraySlice<UInt8>) {
        guard !mark.isEmpty, !isEncrypted else { return }
        for byte in window {
            if byte == mark[matchedByteCount] {
                matchedByteCount += 1
            } else {
                matchedByteCount = byte == mark[0] ? 1 : 0
            }
            if matchedByteCount == mark.count {
                isEncrypted = true
                return
            }
        }
    }
}
