import Foundation
import Testing

@testable import SieveTesting

/// The files of `Suites`, from the RFCs whose sections they name: each block is a test of the engine.
@Suite struct SuiteTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Suites")

    private static let files: [String] = {
        // A folder that cannot be read is empty, and a test says so.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".svtest") }.sorted()
    }()

    @Test func `the suite is there`() { #expect(Self.files.count >= 7) }

    @Test(arguments: files) func `every block of a file passes`(_ name: String) throws {
        let source = try Data(contentsOf: Self.folder.appending(path: name))
        let outcomes = TestRunner.run(Array(source), name: name, folder: Self.folder.path) { path in
            // A script that is not there is what some blocks are about.
            (try? Data(contentsOf: Self.folder.appending(path: path))).map { Array($0) }
        }
        #expect(!outcomes.isEmpty)
        for outcome in outcomes {
            if let failure = outcome.failure { Issue.record("\(outcome.name): \(failure)") }
        }
    }
}
