import Dispatch
import MailSyntax
import RelayDelivery

/// Keeps the time of the last digest of held mail, in `digest` of the state folder: milliseconds since 1970.
struct DigestFile: Sendable {
    private static let name = "digest"

    private let folder: StateFolder
    private let queue = DispatchQueue(label: "postern.digest")

    init(_ folder: StateFolder) { self.folder = folder }

    /// A file that is missing or holds something else means that there was none: the next digest comes early.
    var memory: DigestMemory {
        DigestMemory {
            await aside {
                // As above.
                guard let bytes = try? folder.read(Self.name, limit: 32) else { return nil }
                let text = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
                return Int64(text).map(Timestamp.init(millisecondsSince1970:))
            }
        } save: { time in
            await aside {
                // At worst the digest after a restart comes early.
                try? folder.replace(Self.name, with: Array("\(time.millisecondsSince1970)\n".utf8))
            }
        }
    }

    private func aside<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }
}
