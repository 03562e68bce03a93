import Glibc
import RelayPolicy
import Synchronization

/// Keeps what messages leave behind for one another, in `policy-memory` of the state folder: a line for each thing, which
/// is written a moment after it is remembered. When the file has grown much beyond what still counts it is written anew.
final class MemoryFile: Sendable {
    private static let name = "policy-memory"
    /// A file longer than this is not read.
    private static let byteCountLimit = 256 << 20
    /// From here on, and from twice what it began with, it is written anew.
    private static let smallByteCount = 4 << 20
    /// Lines that wait for the disk; more are lost to a restart.
    private static let waitingLineCount = 100_000

    private struct State {
        var waiting: [String] = []
        var byteCount = 0
        var firstByteCount = 0
        var isTold = false
    }

    private let folder: StateFolder
    private let state = Mutex(State())
    private let changes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(_ folder: StateFolder) { self.folder = folder }

    /// A memory that takes up what the runs before left.
    func memory() -> PolicyMemory {
        let memory = PolicyMemory(now: WallClock.now) { self.note($0) }
        do {
            let bytes = try folder.read(Self.name, limit: Self.byteCountLimit) ?? []
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") { memory.restore(line) }
        } catch { Output.complain("\(error); duplicates and limits of before are not known") }
        rewrite(memory)
        return memory
    }

    private func note(_ line: String) {
        let isTaken = state.withLock { state in
            guard state.waiting.count < Self.waitingLineCount else { return false }
            state.waiting.append(line)
            return true
        }
        if isTaken { changes.continuation.yield() }
    }

    /// Writes what is noted until `finish`, and what is left then.
    func run(_ memory: PolicyMemory) async {
        for await _ in changes.stream { write(memory) }
        write(memory)
    }

    func finish() { changes.continuation.finish() }

    private func write(_ memory: PolicyMemory) {
        let (lines, isLarge) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.byteCount > max(Self.smallByteCount, state.firstByteCount * 2))
        }
        guard !isLarge else { return rewrite(memory) }
        guard !lines.isEmpty else { return }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        do {
            try folder.append(bytes, to: Self.name)
            state.withLock { $0.byteCount += bytes.count }
        } catch { tell(error) }
    }

    private func rewrite(_ memory: PolicyMemory) {
        let bytes = Array(memory.lines().map { $0 + "\n" }.joined().utf8)
        do {
            try folder.replace(Self.name, with: bytes)
            state.withLock { ($0.byteCount, $0.firstByteCount) = (bytes.count, bytes.count) }
        } catch { tell(error) }
    }

    /// Once: each message would say it again.
    private func tell(_ error: any Error) {
        let isNews = state.withLock { state in
            defer { state.isTold = true }
            return !state.isTold
        }
        if isNews {
            Output.complain("\(error); duplicates and limits of now will not be known after a restart")
        }
    }
}
