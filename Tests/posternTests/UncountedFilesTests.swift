import Foundation
import PosternTestSupport
import RelayDelivery
import Testing

@testable import postern

@Suite struct UncountedFilesTests {
    private let folder: TemporaryFolder
    private let time: UncountedTime

    init() throws {
        folder = try TemporaryFolder()
        time = try #require(UncountedTime(text: "1000 2000\n5000 trouble\n"))
    }

    /// What a start on the folder finds of a stream.
    private func found(_ stream: String) throws -> UncountedTime {
        UncountedFiles(try StateFolder(folder.path)).memory.load(stream)
    }

    @Test func `what is told is there at once, and after the next start`() async throws {
        let files = UncountedFiles(try StateFolder(folder.path))
        files.memory.remember("office", time)
        #expect(files.memory.load("office") == time)
        files.finish()
        await files.run()
        #expect(try found("office") == time)
        #expect(try found("news") == UncountedTime())
        #expect(try folder.names() == ["uncounted-office"])
    }

    @Test(arguments: ["garbage", "", "1000", String(repeating: "1 2\n", count: 10_000)])
    func `a file that is not ours is no reason not to start`(text: String) throws {
        try folder.write("uncounted-office", Array(text.utf8))
        #expect(try found("office") == UncountedTime())
    }

    @Test func `nor is one that cannot be read`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/uncounted-office", withIntermediateDirectories: true)
        #expect(try found("office") == UncountedTime())
    }
}
