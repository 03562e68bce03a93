import MailSyntax

@testable import MailSpool

/// Files that look like entries.
enum Hostile {
    struct Record {
        var kind: UInt16
        var flags: UInt16
        var payload: [UInt8]
    }

    static let id = QueueID(0x1234_5678_9ABC)
    private static let message = Samples.message(60)

    /// An entry of three shares, one of which was tried.
    static let whole = accepted + changed
    /// What may be read of it.
    static let states = [accepted, whole].compactMap { try? EntryDecoder.decode(FileView($0), id: id).entry }

    private static let accepted: [UInt8] = {
        var checksum = Checksum()
        checksum.update(message)
        let rest = EntryEncoder.Message(rest: message, offset: 0, checksum: checksum.value)
        return (try? EntryEncoder.encode(Samples.split(60), id: id, message: rest).0) ?? []
    }()

    private static let changed: [UInt8] = {
        guard let stored = try? EntryDecoder.decode(FileView(accepted), id: id) else { return [] }
        var share = stored.entry.shares[0]
        share.attemptCount = 3
        share.lastReply = "451 later"
        let bytes = try? EntryEncoder.encode(
            states: [share], id: id, at: accepted.count, previous: stored.commit,
            messageByteCount: message.count)
        return bytes ?? []
    }()

    /// The records of the whole entry, without what proves them.
    private static let records: [Record] = {
        var (records, rest) = ([Record](), whole.dropFirst(message.count))
        while rest.count > RecordHead.byteCount {
            if rest.starts(with: Footer.magic) {
                rest = rest.dropFirst(Footer.byteCount)
                continue
            }
            guard let head = try? RecordHead(rest.prefix(RecordHead.byteCount)) else { break }
            let payload = rest.dropFirst(RecordHead.byteCount).prefix(head.payloadByteCount)
            records.append(Record(kind: head.kind, flags: 0, payload: Array(payload)))
            rest = rest.dropFirst(RecordHead.byteCount + head.payloadByteCount)
        }
        return records
    }()

    /// Records with other contents, in another order or number, all of them proved by right checksums.
    static func forged(_ orders: ArraySlice<UInt8>) -> [UInt8] {
        var (records, orders) = (records, orders)
        while let order = orders.popFirst() {
            let place = Int(orders.popFirst() ?? 0) % max(records.count, 1)
            guard !records.isEmpty else { break }
            switch order % 8 {
            case 0: records[place].kind = UInt16(orders.popFirst() ?? 0) % 6
            case 1: records[place].flags ^= 1
            case 2: records.remove(at: place)
            case 3: records.insert(records[place], at: Int(orders.popFirst() ?? 0) % (records.count + 1))
            default:
                let edits = orders.prefix(3)
                orders = orders.dropFirst(3)
                edit(&records[place].payload, edits)
            }
        }
        var writer = RecordWriter(behind: message, at: 0, id: id, newest: nil)
        for record in records.prefix(64) {
            try? writer.record(record.kind, flags: record.flags) { $0.bytes += record.payload }
        }
        guard !records.isEmpty else { return message }
        writer.footer(messageByteCount: message.count)
        return writer.writer.bytes
    }

    /// By three bytes each: where, how, what.
    static func edit(_ bytes: inout [UInt8], _ edits: ArraySlice<UInt8>) {
        var edits = edits
        while edits.count >= 3 {
            let (high, how, what) = (edits.removeFirst(), edits.removeFirst(), edits.removeFirst())
            guard !bytes.isEmpty else { return }
            let place = (Int(high) << 2 | Int(how & 3)) % bytes.count
            switch how >> 2 & 7 {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(what, at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.append(contentsOf: bytes.prefix(Int(what)))
            case 4:
                bytes.replaceSubrange(place..<min(place + 4, bytes.count), with: [0xFF, 0xFF, 0xFF, what])
            default: bytes[place] = what
            }
        }
    }
}
