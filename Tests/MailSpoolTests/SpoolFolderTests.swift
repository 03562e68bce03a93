import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

/// What the spool's core does with files as crashes leave them.
@Suite struct SpoolFolderTests {
    private static let id = QueueID(1 << 30)
    private static let path = "/spool/queue/000000/" + id.description
    private static let sectorByteCount = 512

    @Test func `a change that a power cut tore does not come back with a later one`() throws {
        var tornCount = 0
        // The place of what was appended, against the sectors of the disk.
        for byteCount in stride(from: 0, to: Self.sectorByteCount, by: 16) {
            let model = try Self.deferred(byteCount)
            let start = try #require(model.disk.bytes(Self.path)).count
            try Self.change(3, of: model) { $0.standing = .held(Hold(reason: "", heldAt: Samples.time)) }
            try Self.tear(model.disk, behind: start)
            try model.restart(.nothing)
            let before = try Self.shares(of: model)
            guard before[2].standing == .waiting else { continue }
            tornCount += 1
            try Self.change(2, of: model) { $0.deferred(1) }
            let after = try Self.shares(of: model)
            for seed in 0..<32 {
                let copy = model.copy()
                try copy.restart(.byChance(SeededRandom(seed: UInt64(seed))))
                let found = try Self.shares(of: copy)
                #expect(found == before || found == after, "\(byteCount) bytes, \(seed)")
            }
        }
        #expect(tornCount > 4)
    }

    /// An entry of three shares, of which the first was tried.
    private static func deferred(_ byteCount: Int) throws -> SpoolModel {
        let model = SpoolModel()
        try model.open()
        try model.accept(id, Samples.wide(shareCount: 3), Samples.message(byteCount))
        try change(1, of: model) { $0.deferred(1) }
        try model.restart(.nothing)
        return model
    }

    private static func change(
        _ number: Int, of model: SpoolModel, _ body: (inout Share) -> Void
    ) throws(SpoolError) {
        try model.change(ShareID(entry: id, number: number), keeps: false, body)
    }

    /// Of what was appended at `start` the first sector never came to the disk.
    private static func tear(_ disk: SimulatedDisk, behind start: Int) throws {
        var bytes = try #require(disk.bytes(path))
        let end = min((start / sectorByteCount + 1) * sectorByteCount, bytes.count)
        for offset in start..<end { bytes[offset] = 0 }
        disk.put(bytes, at: path)
    }

    private static func shares(of model: SpoolModel) throws -> [Share] {
        try #require(model.folder).open(id, in: 0).stored.entry.shares
    }
}
