import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct SlabListTests {
    @Test func `a share takes 72 bytes, its due time included`() {
        #expect(MemoryLayout<ShareRow>.stride == 56)
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

    private func row(entry: UInt64, _ random: inout SeededRandom) -> ShareRow {
        ShareRow(
            entry: QueueID(entry), acceptedAt: Samples.time, dueAt: Uptime(milliseconds: 0),
            marks: AddressMarks(sender: nil, recipients: []), messageByteCount: 1,
            place: UInt32.random(in: 0...9, using: &random), number: UInt16.random(in: 1...3, using: &random),
            stream: 0, attemptCount: 0, whereabouts: .held, fate: .held, isRecovered: false)
    }
}
