import MailSpool
import Synchronization

/// Reads a message for scripts, which know nothing of a disk that fails: they see nothing then, and whoever had them
/// judge finds out afterwards and does not believe the verdict.
final class MessageSource: Sendable {
    private let bytes: @Sendable (Range<Int>) throws(SpoolError) -> [UInt8]
    private let failure = Mutex<SpoolError?>(nil)

    init(_ bytes: @escaping @Sendable (Range<Int>) throws(SpoolError) -> [UInt8]) { self.bytes = bytes }

    func read(_ range: Range<Int>) -> [UInt8] {
        do throws(SpoolError) { return try bytes(range) } catch {
            failure.withLock { $0 = $0 ?? error }
            return [UInt8](repeating: 0, count: range.count)
        }
    }

    /// Throws what went wrong while it was read.
    func check() throws(SpoolError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
