import RelayDelivery
import Synchronization

/// Keeps the time of each stream that does not count, in `uncounted-STREAM` of the state folder.
///
/// Delivery tells a change and goes on; `run` writes it, away from event loops. Spans begin and end rarely.
final class UncountedFiles: Sendable {
    private struct State {
        var latest: [String: UncountedTime] = [:]
        var unwritten: Set<String> = []
    }

    private let folder: StateFolder
    private let state = Mutex(State())
    private let changes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(_ folder: StateFolder) { self.folder = folder }

    /// What delivery takes it for.
    var memory: UncountedMemory {
        UncountedMemory(load: { self.load($0) }, remember: { self.remember($0, $1) })
    }

    /// Writes what changes until `finish`, and what is left then.
    func run() async {
        for await _ in changes.stream { write() }
        write()
    }

    func finish() { changes.continuation.finish() }

    /// A stream whose file cannot be read starts anew: mail must flow, and at worst expires early.
    private func load(_ stream: String) -> UncountedTime {
        if let known = state.withLock({ $0.latest[stream] }) { return known }
        let name = Self.name(stream)
        do {
            guard let bytes = try folder.read(name, limit: UncountedTime.textByteCount + 1) else {
                return .init()
            }
            if let time = UncountedTime(text: String(decoding: bytes, as: UTF8.self)) { return time }
            Output.complain("\(folder.path)/\(name): is not what was written; all time of its mail counts")
        } catch { Output.complain("\(error); all time of its mail counts") }
        return UncountedTime()
    }

    private func remember(_ stream: String, _ time: UncountedTime) {
        state.withLock { state in
            state.latest[stream] = time
            state.unwritten.insert(stream)
        }
        changes.continuation.yield()
    }

    /// What cannot be written is tried again with the next change.
    private func write() {
        let (latest, unwritten) = state.withLock { state in
            defer { state.unwritten = [] }
            return (state.latest, state.unwritten)
        }
        for stream in unwritten {
            do { try folder.replace(Self.name(stream), with: Array((latest[stream]?.text ?? "").utf8)) } catch
            {
                Output.complain("\(error); a restart will count time of its mail that should not count")
                state.withLock { _ = $0.unwritten.insert(stream) }
            }
        }
    }

    private static func name(_ stream: String) -> String { "uncounted-\(stream)" }
}
