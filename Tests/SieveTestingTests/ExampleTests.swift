import Foundation
import Testing

@testable import SieveTesting

/// The scripts that are shipped as examples, by the tests that are shipped with them.
@Suite struct ExampleTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "packaging/examples")

    private static let names = ["attachments", "disclaimer", "dlp", "hygiene", "review", "streams"]

    @Test(arguments: names) func `an example does what its tests say`(_ name: String) throws {
        let folder = Self.folder
        let source = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).svtest")))
        let outcomes = TestRunner.run(source, name: "\(name).svtest", folder: folder.path) { path in
            // What cannot be read is not there for a test.
            (try? Data(contentsOf: folder.appending(path: path))).map { [UInt8]($0) }
        }
        #expect(outcomes.count >= 3)
        #expect(outcomes.filter { $0.failure != nil } == [])
    }
}
