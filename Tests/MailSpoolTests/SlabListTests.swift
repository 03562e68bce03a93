import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct SlabListTests {
    @Test func `a share takes 48 bytes, and 16 while it waits for its time`() {
        #expect(MemoryLayout<ShareRow>.stride == 48)
        #expect(MemoryLayout<DueKey>.stride == 16)
    }

    @Test func `it is a sorted dictionary, whatever is inserted and removed in which order`() {
        var random = SeededRandom(seed: 9)
        var table = SlabList<ShareRow>()
        var model: [ShareID: ShareRow] = [:]
        for round in 0..<6000 {
            // First it grows, then it shrinks.
            let grows = Int.random(in: 0..<6000, using: &random) > round
            let row = row(entry: UInt64.random(in: 0..<2500, using: &random), &random)
            table[row.key] = grows ? row : nil
            model[row.key] = grows ? row : nil
        }
        #expect(table.count == model.count)
        var walked: [ShareID] = []
        table.walk(from: ShareID(entry: QueueID(0), number: 0)) { row in
            walked.append(row.key)
            return true
        }
        #expect(walked == model.keys.sorted())
        for entry in 0..<2500 as Range<UInt64> {
            let id = ShareID(entry: QueueID(entry), number: 2)
            #expect(table[id]?.place == model[id]?.place)
        }
        let middle = ShareID(entry: QueueID(1000), number: 0)
        #expect(table.first(from: middle)?.key == model.keys.sorted().first { $0 >= middle })
    }

    @Test func `rows that come in order fill their slabs, also between others`() {
        var random = SeededRandom(seed: 2)
        var table = SlabList<ShareRow>()
        for entry in [1, 9_000_000, 9_000_001] as [UInt64] {
            let row = row(entry: entry, &random)
            table[row.key] = row
        }
        for entry in 2...10_000 as ClosedRange<UInt64> {
            let row = row(entry: entry, &random)
            table[row.key] = row
        }
        #expect(table.count == 10_002 && table.fill > 0.9)
    }

    private func row(entry: UInt64, _ random: inout SeededRandom) -> ShareRow {
        let share = Share(
            number: Int.random(in: 1...3, using: &random), recipients: [], stream: "bulk", standing: .waiting,
            attemptCount: 0, nextAttemptAt: Samples.time, lastReply: "", isWarned: false, pieces: nil,
            rule: nil)
        let indexed = IndexedEntry(
            id: QueueID(entry), place: Int.random(in: 0...9, using: &random), sender: nil,
            acceptedAt: Samples.time, messageByteCount: 1, shares: [share])
        return ShareRow(share, of: indexed, dueAt: Uptime(milliseconds: 0), stream: 0, isRecovered: false)
    }
}
