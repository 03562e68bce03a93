import MailSyntax

/// An entry as its file tells it, and what is needed to append to that file and to check its message.
struct StoredEntry: Sendable {
    var entry: Entry
    let messageChecksum: UInt32
    let newest: RecordLink
    /// END: all from there to the beginning was synced before the entry was accepted.
    let commit: RecordLink
    /// The shares of which there is a STATE.
    let statedNumbers: Set<Int>
    /// Just behind the last good footer; what is further is a torn append.
    let endOffset: Int
}

/// Reads the records of an entry, the newest first, and believes nothing that is not checked.
struct EntryDecoder {
    private let view: FileView
    private let id: QueueID
    private let footer: Footer
    private let footerOffset: Int
    /// By share number; the first that is met is the newest.
    private var states: [Int: ArraySlice<UInt8>] = [:]
    private var shareCount: Int?
    private var commit: RecordLink?
    /// By share number.
    private var shares: [Int: Share] = [:]

    /// The newest state of the file that holds together. Appends that were not synced may be torn in any way,
    /// so a footer counts only if all that it leads to is good.
    static func decode(_ view: FileView, id: QueueID) throws(ReadError) -> StoredEntry {
        var search = FooterSearch(view, id: id)
        var firstProblem: FormatError?
        while let (footer, offset) = try search.next() {
            var decoder = EntryDecoder(view: view, id: id, footer: footer, footerOffset: offset)
            do throws(ReadError) { return try decoder.walk() } catch {
                guard case .format(let problem) = error, problem.mayBeTorn else { throw error }
                firstProblem = firstProblem ?? problem
            }
        }
        if let firstProblem { throw .format(firstProblem) }
        throw try FooterSearch.isDraft(view, id: id) ? .draft : .format(.noFooter)
    }

    private init(view: FileView, id: QueueID, footer: Footer, footerOffset: Int) {
        self.view = view
        self.id = id
        self.footer = footer
        self.footerOffset = footerOffset
    }

    private mutating func walk() throws(ReadError) -> StoredEntry {
        var (link, end) = (footer.newest, footerOffset)
        for _ in 0..<Limits.recordCount {
            let (head, payload) = try record(link, before: end)
            do throws(FormatError) {
                if head.kind == RecordKind.envelope { return try finish(payload, link, head) }
                try take(head, payload, link)
                guard let previous = head.previous, previous.offset < link.offset else {
                    throw .inconsistent("the order of records")
                }
                (link, end) = (previous, link.offset)
            } catch { throw .format(error) }
        }
        throw .format(.tooLarge("the number of records"))
    }

    /// The record that the link names, its checksum proved.
    private func record(
        _ link: RecordLink, before end: Int
    ) throws(ReadError) -> (head: RecordHead, payload: ArraySlice<UInt8>) {
        let offset = link.offset
        let payloadOffset = offset + RecordHead.byteCount
        guard offset >= footer.messageByteCount, payloadOffset <= end else {
            throw .format(.inconsistent("the place of a record"))
        }
        let headBytes = try view.bytes(offset..<payloadOffset)
        let head: RecordHead
        do throws(FormatError) { head = try RecordHead(headBytes) } catch { throw .format(error) }
        guard head.payloadByteCount <= min(end - payloadOffset, Limits.recordByteCount) else {
            throw .format(.badChecksum(record: offset))
        }
        let bytes = try view.bytes(offset..<payloadOffset + head.payloadByteCount)
        guard head.checksum == link.checksum,
            RecordHead.checksum(of: bytes, id: id, offset: offset) == head.checksum
        else { throw .format(.badChecksum(record: offset)) }
        return (head, bytes.dropFirst(RecordHead.byteCount))
    }

    private mutating func take(
        _ head: RecordHead, _ payload: ArraySlice<UInt8>, _ link: RecordLink
    ) throws(FormatError) {
        switch head.kind {
        case RecordKind.state where shareCount == nil:
            var reader = ByteReader(payload)
            let number = try reader.count(limit: Limits.shareCount, "a share's number")
            if states[number] == nil { states[number] = payload }
        case RecordKind.end where shareCount == nil:
            var reader = ByteReader(payload)
            shareCount = try reader.count(limit: Limits.shareCount, "the number of shares")
            commit = link
        case RecordKind.share where shareCount != nil:
            let payloadOffset = link.offset + RecordHead.byteCount
            let share = try ShareDecoder.share(
                payload, at: payloadOffset, messageByteCount: footer.messageByteCount)
            guard shares.updateValue(share, forKey: share.number) == nil else {
                throw .inconsistent("a share's number")
            }
        case RecordKind.state, RecordKind.end, RecordKind.share:
            throw .inconsistent("the order of records")
        default:
            guard head.flags & RecordKind.optionalFlag != 0 else { throw .unknownRecord(kind: head.kind) }
        }
    }

    /// At the first record: everything is there, now it must fit together.
    private mutating func finish(
        _ payload: ArraySlice<UInt8>, _ link: RecordLink, _ head: RecordHead
    ) throws(FormatError) -> StoredEntry {
        guard head.previous == nil, link.offset == footer.messageByteCount else {
            throw .inconsistent("the place of the first record")
        }
        guard let shareCount, let commit, shareCount > 0, shares.count == shareCount else {
            throw .inconsistent("the number of shares")
        }
        let statedNumbers = Set(states.keys)
        var ordered: [Share] = []
        for number in 1...shareCount {
            guard var share = shares[number] else { throw .inconsistent("the numbers of shares") }
            if let state = states.removeValue(forKey: number) {
                try ShareDecoder.apply(state, to: &share)
            }
            // Nobody would ever end it.
            let isPending = share.recipients.contains { $0.status == .pending }
            guard isPending || share.standing == .ended else { throw .inconsistent("where a share stands") }
            ordered.append(share)
        }
        guard states.isEmpty else { throw .inconsistent("a state of no share") }
        var reader = ByteReader(payload)
        guard try reader.offset() == footer.messageByteCount else {
            throw .inconsistent("the length of the message")
        }
        let checksum = try reader.uint32()
        let parent = try reader.bool() ? QueueID(try reader.uint64()) : nil
        let messageID = try reader.optionalText()
        let origin = try EnvelopeDecoder.origin(&reader)
        let entry = Entry(
            id: id, envelope: try EnvelopeDecoder.envelope(&reader), origin: origin, messageID: messageID,
            parent: parent, messageByteCount: footer.messageByteCount, shares: ordered)
        return StoredEntry(
            entry: entry, messageChecksum: checksum, newest: footer.newest, commit: commit,
            statedNumbers: statedNumbers,
            endOffset: footerOffset + Footer.byteCount)
    }
}
