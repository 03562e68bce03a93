import FuzzSupport
import MailSyntax
import PosternTestSupport

@testable import MailSpool

/// A file in the queue, however damaged, truncated, foreign or hostile, is delivered as it was accepted, or removed as
/// what was never accepted, or set aside unchanged and named.
private func check(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let rest = input.dropFirst()
    switch first % 3 {
    case 0: look(at: Array(rest))
    case 1:
        var damaged = Hostile.whole
        Hostile.edit(&damaged, rest)
        let stored = look(at: damaged)
        // Checksums prove it: what is read of damage is what was written before it.
        precondition(stored.map { Hostile.states.contains($0.entry) } ?? true)
    default: look(at: Hostile.forged(rest))
    }
}

/// What a start and an attempt make of the file.
@discardableResult
private func look(at bytes: [UInt8]) -> StoredEntry? {
    let (disk, path) = (SimulatedDisk(), "/spool/queue/000000/\(Hostile.id)")
    do {
        for folder in ["/spool", "/spool/queue", "/spool/queue/000000"] { try disk.makeFolder(folder) }
        disk.put(bytes, at: path)
        let folder = try SpoolFolder("/spool", disk: disk)
        var (isAdmitted, report) = (false, RecoveryReport())
        var recovery = try Recovery(folder)
        recovery.run { _ in
            isAdmitted = true
            return true
        } tell: {
            report = $0
            return true
        }
        let removedCount = report.removedDraftCount + report.removedEndedCount
        precondition(report.isComplete && (isAdmitted ? 1 : 0) + removedCount + report.damagedCount == 1)
        precondition(isAdmitted ? disk.bytes(path) == bytes : disk.bytes(path) == nil)
        for damaged in report.damaged { precondition(disk.bytes(damaged.path) == bytes) }
        return isAdmitted ? attempt(folder, disk, bytes) : nil
    } catch { preconditionFailure("\(error)") }
}

/// Reads it as for a delivery and appends to it.
private func attempt(_ folder: SpoolFolder, _ disk: SimulatedDisk, _ bytes: [UInt8]) -> StoredEntry? {
    do throws(SpoolError) {
        let opened = try folder.openChecked(Hostile.id, in: 0)
        for share in opened.stored.entry.shares {
            let reader = MessageReader(opened, share.pieces, pool: pool)
            guard reader.byteCount < 1 << 20 else { continue }
            // Pieces may lie anywhere in the file, and nowhere else.
            _ = try reader.bytes(0..<reader.byteCount)
        }
        let id = ShareID(entry: Hostile.id, number: 1)
        let changed = try folder.change(id, in: 0) { $0.attemptCount = 7 }
        let again = try folder.open(Hostile.id, in: 0).stored.entry.shares[0]
        precondition(again == changed && changed.attemptCount == 7)
        return opened.stored
    } catch {
        guard case .damaged(let file) = error else { return nil }
        precondition(disk.bytes(file.path) == bytes)
        return nil
    }
}

private let pool = DiskPool(threadCount: 1)

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzEntry_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
