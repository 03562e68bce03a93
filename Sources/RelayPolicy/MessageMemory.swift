import SieveEngine
import Synchronization

/// The memory as the scripts see it that judge one message: what its earlier recipients count is in it, though none of
/// it counts yet.
final class MessageMemory: SieveMemory, Sendable {
    private let memory: PolicyMemory?
    private let counted = Mutex<[SieveCount: Int]>([:])

    init(_ memory: PolicyMemory?) { self.memory = memory }

    func hasSeen(_ identifier: [UInt8], withinSeconds: Int) -> Bool {
        memory?.hasSeen(identifier, withinSeconds: withinSeconds) ?? false
    }

    func count(of key: [UInt8], withinSeconds: Int) -> Int {
        let before = memory?.count(of: key, withinSeconds: withinSeconds) ?? 0
        return counted.withLock { counted in
            counted.reduce(before) { sum, entry in
                entry.key.key == key && entry.key.seconds == withinSeconds
                    ? sum + entry.key.amount * entry.value : sum
            }
        }
    }

    /// What is counted for one recipient after the other.
    func add(_ counts: [SieveCount], recipientCount: Int) {
        counted.withLock { counted in
            for count in counts where count.isPerRecipient { counted[count, default: 0] += recipientCount }
        }
    }
}
