import Foundation

/// Where the things are that the tests start.
enum Places {
    /// The package's top folder.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The scripts that play the other parts.
    static let peers = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers")

    /// The program under test: POSTERN names it; without that, the one built beside the tests.
    static func postern() throws -> String {
        let named = ProcessInfo.processInfo.environment["POSTERN"]
        let path = named ?? package.appending(path: ".build/debug/postern").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw StageError("no program at \(path): build it, or name one in POSTERN")
        }
        return path
    }

    /// What `Peers/fetch` brought: real servers, real mail.
    static func fetched(_ name: String) throws -> URL {
        let named = ProcessInfo.processInfo.environment["POSTERN_PEERS"].map { URL(filePath: $0) }
        let place = (named ?? package.appending(path: ".build/peers")).appending(path: name)
        guard FileManager.default.fileExists(atPath: place.path) else {
            throw StageError("\(place.path) is missing: run Tests/EndToEndTests/Peers/fetch .build/peers")
        }
        return place
    }

    /// A number from the environment, for rounds and counts that are scaled down in daily runs.
    static func number(_ name: String, default count: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? count
    }
}
