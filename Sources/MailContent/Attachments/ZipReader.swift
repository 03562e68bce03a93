/// Reads a zip archive from the front, as it comes (PKWARE's APPNOTE, sections 4.3 to 4.5).
///
/// Members are told from the headers before their content, and from the directory at the end, since a
/// hostile archive may have them differ. Where the size of a member is not known and does not show, the next
/// header is looked for byte by byte.
struct ZipReader {
    private enum State {
        /// At a header, if all is well.
        case record
        /// At content that nobody reads: so many bytes.
        case skip(Int)
        /// At content as it is: so many bytes.
        case stored(Int)
        /// At compressed content: so many bytes; nil: up to its own end.
        case deflated(Int?)
        /// Somewhere: the next header begins at a `P`.
        case lost
        case ended
    }

    private let depth: Int
    private var state = State.record
    private var pending: [UInt8] = []
    private var inflate = Inflate()
    private var inflated: [UInt8] = []
    /// The member whose content is being read; one or none.
    private var inner: [ArchiveLevel] = []
    private var names: Set<[UInt8]> = []
    private var kind = PackageKind()

    init(depth: Int) { self.depth = depth }

    /// What the archive is beyond a zip.
    var refinedType: String? { kind.type }

    mutating func take(_ window: ArraySlice<UInt8>, into listing: inout AttachmentListing) {
        var rest = window
        while !rest.isEmpty {
            pending += rest.prefix(Limits.archiveWindowByteCount)
            rest = rest.dropFirst(Limits.archiveWindowByteCount)
            read(isLast: false, into: &listing)
        }
    }

    mutating func finish(into listing: inout AttachmentListing) {
        read(isLast: true, into: &listing)
        endMember(into: &listing)
    }

    private mutating func read(isLast: Bool, into listing: inout AttachmentListing) {
        var place = 0
        while let count = step(pending[place...], isLast: isLast, into: &listing) { place += count }
        pending.removeFirst(place)
    }

    /// The number of bytes that were used; nil: more are needed.
    private mutating func step(
        _ bytes: ArraySlice<UInt8>, isLast: Bool, into listing: inout AttachmentListing
    ) -> Int? {
        guard !bytes.isEmpty else { return nil }
        switch state {
        case .record: return readRecord(bytes, isLast: isLast, into: &listing)
        case .skip(let remaining):
            let count = min(remaining, bytes.count)
            state = count == remaining ? .record : .skip(remaining - count)
            return count
        case .stored(let remaining):
            let count = min(remaining, bytes.count)
            give(bytes.prefix(count), into: &listing)
            state = .stored(remaining - count)
            if count == remaining { endMember(into: &listing) }
            return count
        case .deflated(let remaining): return readDeflated(bytes, remaining, isLast: isLast, into: &listing)
        case .lost: return findRecord(bytes)
        case .ended: return bytes.count
        }
    }

    // MARK: Content

    private mutating func give(_ bytes: ArraySlice<UInt8>, into listing: inout AttachmentListing) {
        guard !inner.isEmpty else { return }
        inner[0].take(bytes, into: &listing)
    }

    private mutating func endMember(into listing: inout AttachmentListing) {
        if !inner.isEmpty { inner[0].finish(into: &listing) }
        inner = []
        state = .record
    }

    private mutating func readDeflated(
        _ bytes: ArraySlice<UInt8>, _ remaining: Int?, isLast: Bool, into listing: inout AttachmentListing
    ) -> Int? {
        let content = bytes.prefix(remaining ?? bytes.count)
        inflated.removeAll(keepingCapacity: true)
        let (outcome, count) = inflate.take(
            content, isLast: isLast || content.count == remaining, into: &inflated)
        listing.inflatedByteCount += inflated.count
        give(inflated[...], into: &listing)
        switch outcome {
        case .wantsMore where listing.inflatedByteCount <= Limits.inflatedByteCount:
            state = .deflated(remaining.map { $0 - count })
            return count > 0 ? count : nil
        case .done:
            endMember(into: &listing)
            // What is left of a size that was told is padding; without one the next header follows.
            if let remaining, remaining > count { state = .skip(remaining - count) }
        case .wantsMore, .broken:
            listing.isCut = true
            endMember(into: &listing)
            state = remaining.map { $0 > count ? .skip($0 - count) : .record } ?? .lost
        }
        return max(count, remaining == nil && outcome != .done ? 1 : count)
    }

    // MARK: Headers

    private mutating func readRecord(
        _ bytes: ArraySlice<UInt8>, isLast: Bool, into listing: inout AttachmentListing
    ) -> Int? {
        guard bytes.count >= 4 else { return nil }
        switch number(bytes, 0, 4) {
        case 0x0403_4B50: return readLocalHeader(bytes, into: &listing)
        case 0x0201_4B50: return readDirectoryEntry(bytes, into: &listing)
        case 0x0807_4B50: return bytes.count >= 16 ? 16 : nil
        case 0x0605_4B50, 0x0606_4B50:
            state = .ended
            return bytes.count
        default:
            state = .lost
            return 1
        }
    }

    /// Up to the next `PK`.
    private mutating func findRecord(_ bytes: ArraySlice<UInt8>) -> Int? {
        var place = bytes.startIndex
        while place < bytes.endIndex {
            guard let found = bytes[place...].firstIndex(of: 0x50) else { return bytes.count }
            guard found + 3 < bytes.endIndex else {
                return found > bytes.startIndex ? found - bytes.startIndex : nil
            }
            let next = (bytes[found + 1], bytes[found + 2], bytes[found + 3])
            if next == (0x4B, 3, 4) || next == (0x4B, 1, 2) || next == (0x4B, 5, 6) {
                state = .record
                return found - bytes.startIndex
            }
            place = found + 1
        }
        return bytes.count
    }

    private mutating func readLocalHeader(
        _ bytes: ArraySlice<UInt8>, into listing: inout AttachmentListing
    ) -> Int? {
        let end = 30 + number(bytes, 26, 2) + number(bytes, 28, 2)
        guard bytes.count >= 30, bytes.count >= end else { return nil }
        let (flags, method, size) = (number(bytes, 6, 2), number(bytes, 8, 2), number(bytes, 18, 4))
        let name = Array(bytes.dropFirst(30).prefix(number(bytes, 26, 2)))
        guard let member = add(name, isEncrypted: flags & 1 != 0, to: &listing) else {
            state = .ended
            return end
        }
        // Bit 3: the sizes stand behind the content. All ones: they stand in a field for large archives.
        let isSizeKnown = (flags & 8 == 0 || size > 0) && size != 0xFFFF_FFFF
        let isReadable = flags & 1 == 0
        if isReadable, method == 8 || method == 0 && isSizeKnown {
            inner = [ArchiveLevel(member: member, depth: depth)]
            inflate = Inflate()
            state = method == 0 ? .stored(size) : .deflated(isSizeKnown ? size : nil)
        } else {
            // A folder has no content; of what has, nothing is known but the name.
            if isReadable, name.last != UInt8(ascii: "/") { listing.isCut = true }
            state = isSizeKnown ? .skip(size) : .lost
        }
        if isSizeKnown, size == 0 { endMember(into: &listing) }
        return end
    }

    private mutating func readDirectoryEntry(
        _ bytes: ArraySlice<UInt8>, into listing: inout AttachmentListing
    ) -> Int? {
        let end = 46 + number(bytes, 28, 2) + number(bytes, 30, 2) + number(bytes, 32, 2)
        guard bytes.count >= 46, bytes.count >= end else { return nil }
        let name = Array(bytes.dropFirst(46).prefix(number(bytes, 28, 2)))
        if !names.contains(name), add(name, isEncrypted: number(bytes, 8, 2) & 1 != 0, to: &listing) == nil {
            state = .ended
        }
        return end
    }

    private mutating func add(_ name: [UInt8], isEncrypted: Bool, to listing: inout AttachmentListing) -> Int?
    {
        guard listing.members.count < Limits.archiveMemberCount else {
            listing.isCut = true
            return nil
        }
        names.insert(name)
        kind.see(name)
        let text = String(decoding: name, as: UTF8.self)
        listing.members.append(AttachmentListing.Member(name: text, depth: depth, isEncrypted: isEncrypted))
        return listing.members.count - 1
    }

    /// A number of so many bytes, the lowest first; 0 where there are too few.
    private func number(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
        bytes.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// Tells documents and programs that are zip archives by the names of their members.
struct PackageKind {
    private var base: String?
    private var hasMacros = false

    mutating func see(_ name: [UInt8]) {
        let name = ASCII.lowercased(name)
        if name.hasSuffix("vbaproject.bin") { hasMacros = true }
        guard base == nil else { return }
        if name.hasPrefix("word/") {
            base = "wordprocessingml.document"
        } else if name.hasPrefix("xl/") {
            base = "spreadsheetml.sheet"
        } else if name.hasPrefix("ppt/") {
            base = "presentationml.presentation"
        } else if name == "meta-inf/manifest.mf" {
            base = "java"
        }
    }

    var type: String? {
        switch base {
        case nil: nil
        case "java": "application/java-archive"
        case "wordprocessingml.document" where hasMacros: "application/vnd.ms-word.document.macroenabled.12"
        case "spreadsheetml.sheet" where hasMacros: "application/vnd.ms-excel.sheet.macroenabled.12"
        case "presentationml.presentation" where hasMacros:
            "application/vnd.ms-powerpoint.presentation.macroenabled.12"
        case .some(let base): "application/vnd.openxmlformats-officedocument.\(base)"
        }
    }
}
