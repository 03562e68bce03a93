import Foundation
import RelayDelivery
import Testing

@testable import postern

@Suite struct UncountedFilesTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID())").path
    private let time: UncountedTime

    init() throws { time = try #require(UncountedTime(text: "1000 2000\n5000 trouble\n")) }

    /// What a start on the folder finds of a stream.
    private func found(_ stream: String) throws -> UncountedTime {
        UncountedFiles(try StateFolder(path)).memory.load(stream)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    @Test func `what is told is there at once, and after the next start`() async throws {
        defer { remove() }
        let files = UncountedFiles(try StateFolder(path))
        files.memory.remember("office", time)
        #expect(files.memory.load("office") == time)
        files.finish()
        await files.run()
        #expect(try found("office") == time)
        #expect(try found("news") == UncountedTime())
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["uncounted-office"])
    }

    @Test(arguments: ["garbage", "", "1000", String(repeating: "1 2\n", count: 10_000)])
    func `a file that is not ours is no reason not to start`(text: String) throws {
        defer { remove() }
        _ = try StateFolder(path)
        try Data(text.utf8).write(to: URL(filePath: path).appending(path: "uncounted-office"))
        #expect(try found("office") == UncountedTime())
    }

    @Test func `nor is one that cannot be read`() throws {
        defer { remove() }
        _ = try StateFolder(path)
        try FileManager.default.createDirectory(
            atPath: path + "/uncounted-office", withIntermediateDirectories: true)
        #expect(try found("office") == UncountedTime())
    }
}
