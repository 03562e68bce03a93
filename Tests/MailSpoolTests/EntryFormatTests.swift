import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct EntryFormatTests {
    private let id = QueueID(0x1234_5678_9ABC)

    /// A file as accepted, and the same after a change of its first share.
    private func files(_ byteCount: Int = 500) throws -> (accepted: [UInt8], changed: [UInt8]) {
        let message = Samples.message(byteCount)
        var checksum = Checksum()
        checksum.update(message)
        var (bytes, shares) = try EntryEncoder.encode(
            Samples.split(byteCount), id: id,
            message: EntryEncoder.Message(rest: message, offset: 0, checksum: checksum.value))
        let accepted = bytes
        shares[0].deferred(3)
        shares[0].heldFor = .seconds(77)
        shares[0].recipients[0].status = .failed
        shares[0].standing = .ended
        let stored = try EntryDecoder.decode(FileView(bytes), id: id)
        bytes += try EntryEncoder.encode(
            states: [shares[0]], id: id, at: bytes.count, previous: stored.commit,
            messageByteCount: byteCount)
        return (accepted, bytes)
    }

    private func isIntact(_ stored: StoredEntry, _ bytes: [UInt8]) -> Bool {
        var checksum = Checksum()
        checksum.update(bytes[..<stored.entry.messageByteCount])
        return checksum.value == stored.messageChecksum
    }

    @Test func `an entry reads back as it was written`() throws {
        let (accepted, changed) = try files()
        let stored = try EntryDecoder.decode(FileView(accepted), id: id)
        let new = Samples.split(500)
        #expect(stored.entry.envelope == new.envelope && stored.entry.origin == new.origin)
        #expect(stored.entry.parent == new.parent && stored.entry.messageID == nil)
        #expect(stored.entry.shares.map(\.stream) == ["bulk", "bulk", "other"])
        #expect(stored.entry.shares.map(\.rule) == new.shares.map(\.rule))
        #expect(stored.entry.shares[1].standing == new.shares[1].hold.map(Standing.held))
        #expect(stored.entry.shares[2].recipients == new.shares[2].recipients)
        #expect(stored.entry.shares.map(\.returnContent) == [nil, nil, .full])
        #expect(
            stored.entry.shares.map { stored.entry.envelope(of: $0).returnContent }
                == [.headers, .headers, .full])
        #expect(isIntact(stored, accepted) && Array(accepted[..<500]) == Samples.message(500))
        let later = try EntryDecoder.decode(FileView(changed), id: id).entry.shares[0]
        #expect(later.attemptCount == 3 && later.recipients[0].status == .failed && later.isWarned)
        #expect(later.pieces == stored.entry.shares[0].pieces)
        #expect(later.heldFor == .seconds(77) && stored.entry.shares[0].heldFor == .zero)
    }

    @Test func `a state without the time held, as early versions wrote it, reads as never held`() throws {
        let (accepted, _) = try files()
        let stored = try EntryDecoder.decode(FileView(accepted), id: id)
        var records = RecordWriter(behind: accepted, at: 0, id: id, newest: stored.newest)
        try records.record(RecordKind.state) { writer in
            writer.uint32(1)
            writer.text("bulk")
            writer.uint8(0)
            writer.uint32(4)
            writer.timestamp(Samples.time)
            writer.text("450 busy")
            writer.bool(true)
            writer.uint32(1)
            writer.uint8(RecipientStatus.pending.rawValue)
            writer.text("450 busy")
        }
        records.footer(messageByteCount: 500)
        let share = try EntryDecoder.decode(FileView(records.writer.bytes), id: id).entry.shares[0]
        #expect(share.attemptCount == 4 && share.isWarned && share.heldFor == .zero)
    }

    @Test func `every beginning of a file is a draft, damaged, or an earlier state of it`() throws {
        let (accepted, changed) = try files()
        let first = try EntryDecoder.decode(FileView(accepted), id: id).entry
        for count in 0..<changed.count {
            do throws(ReadError) {
                let stored = try EntryDecoder.decode(FileView(Array(changed[..<count])), id: id)
                #expect(count >= accepted.count && stored.entry == first)
            } catch {
                #expect(count < accepted.count, "\(count): \(error)")
                // END is whole, the footer is not: too good to be thrown away.
                let isTail = count >= accepted.count - Footer.byteCount
                #expect(error == (isTail ? .format(.noFooter) : .draft), "\(count): \(error)")
            }
        }
    }

    @Test func `no byte of a file can change unnoticed`() throws {
        let (accepted, changed) = try files(60)
        let states = try [accepted, changed].map { try EntryDecoder.decode(FileView($0), id: id).entry }
        for index in changed.indices {
            for bit in [0, 3, 7] {
                var bytes = changed
                bytes[index] ^= 1 << bit
                guard let stored = try? EntryDecoder.decode(FileView(bytes), id: id) else { continue }
                #expect(states.contains(stored.entry), "byte \(index)")
                #expect(isIntact(stored, bytes) == (index >= 60), "byte \(index)")
            }
        }
    }

    @Test func `an append that comes back behind another one of equal length is not believed`() throws {
        let (accepted, _) = try files()
        func append(_ attemptCount: Int, to bytes: [UInt8]) throws -> [UInt8] {
            let stored = try EntryDecoder.decode(FileView(bytes), id: id)
            var share = stored.entry.shares[0]
            share.deferred(attemptCount)
            return bytes
                + (try EntryEncoder.encode(
                    states: [share], id: id, at: bytes.count, previous: stored.newest, messageByteCount: 500))
        }
        let (lost, kept) = (try append(1, to: accepted), try append(2, to: accepted))
        let returned = try append(3, to: lost).dropFirst(lost.count)
        #expect(lost.count == kept.count)
        let entry = try EntryDecoder.decode(FileView(kept + returned), id: id).entry
        #expect(entry.shares[0].attemptCount == 2)
    }

    @Test func `random damage never gives another entry`() throws {
        let (accepted, changed) = try files(60)
        let states = try [accepted, changed].map { try EntryDecoder.decode(FileView($0), id: id).entry }
        var random = SeededRandom(seed: 11)
        for _ in 0..<3000 {
            var bytes = changed
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&bytes, &random) }
            guard let stored = try? EntryDecoder.decode(FileView(bytes), id: id) else { continue }
            #expect(states.contains(stored.entry))
        }
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(min(place, bytes.count)...)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3 where place < bytes.count: bytes.remove(at: place)
        default: bytes += bytes.prefix(place)
        }
    }

    @Test func `a file under another name is not read`() throws {
        let (accepted, _) = try files()
        #expect(throws: ReadError.draft) { try EntryDecoder.decode(FileView(accepted), id: QueueID(1)) }
    }

    @Test func `a draft whose message holds a whole entry stays a draft`() throws {
        let (accepted, _) = try files()
        let draft = Samples.message(100) + accepted + Samples.message(100)
        #expect(throws: ReadError.draft) { try EntryDecoder.decode(FileView(draft), id: id) }
    }

    @Test(arguments: [true, false])
    func `a record of an unknown kind is passed over only if it is optional`(_ isOptional: Bool) throws {
        let (accepted, _) = try files()
        let stored = try EntryDecoder.decode(FileView(accepted), id: id)
        var records = RecordWriter(behind: accepted, at: 0, id: id, newest: stored.newest)
        try records.record(900, flags: isOptional ? RecordKind.optionalFlag : 0) { $0.uint32(1) }
        records.footer(messageByteCount: 500)
        let view = FileView(records.writer.bytes)
        if isOptional {
            #expect(try EntryDecoder.decode(view, id: id).entry == stored.entry)
        } else {
            #expect(throws: ReadError.format(.unknownRecord(kind: 900))) {
                try EntryDecoder.decode(view, id: id)
            }
        }
    }

    @Test func `what is too large is refused before anything is written`() throws {
        let message = EntryEncoder.Message(rest: [], offset: 0, checksum: 0)
        var entry = Samples.plain
        entry.envelope.sender = Address(localPart: String(repeating: "x", count: 5000), domain: "example.org")
        #expect(throws: SpoolError.tooLarge("a field")) {
            try EntryEncoder.encode(entry, id: id, message: message)
        }
        entry = Samples.plain
        entry.shares[0].pieces = [.added([UInt8](repeating: 0, count: Limits.addedByteCount + 1))]
        #expect(throws: SpoolError.tooLarge("added text")) {
            try EntryEncoder.encode(entry, id: id, message: message)
        }
    }

    @Test func `long replies are cut at a whole character`() {
        let text = String(repeating: "ä", count: 400)
        #expect(("x" + text).cut().utf8.count == Limits.textByteCount - 1)
        #expect(text.cut() == String(repeating: "ä", count: Limits.textByteCount / 2))
        #expect("short".cut() == "short")
    }
}
