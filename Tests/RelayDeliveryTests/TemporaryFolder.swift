import Foundation
import MailSpool
import PosternTestSupport
import Synchronization

@testable import RelayDelivery

/// A folder that goes with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "delivery-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    /// Writes a file; gives its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func openSpool(in folder: TemporaryFolder, _ time: ManualTime) async throws -> Spool {
    let random = Mutex(SeededRandom(seed: 1))
    return try await Spool.open(
        SpoolOptions(directory: folder.path, minimumFreeByteCount: 0, diskThreadCount: 4),
        now: { time.wallTime },
        random: { random.withLock { $0.next() } })
}
