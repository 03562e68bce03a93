import MailSpool
import RelayEvents
import RelayPolicy
package import RelaySettings
import Synchronization

/// What a message adds to each stream's queue.
struct StreamLoad {
    fileprivate let counts: [String: Int]
    /// Of the message; it counts for each share.
    fileprivate let byteCount: Int

    init(_ plan: Plan, byteCount: Int) {
        counts = Dictionary(plan.shares.map { ($0.stream, 1) }, uniquingKeysWith: +)
        self.byteCount = byteCount
    }
}

/// Takes nothing more for a stream whose queue has reached its limits, so that one that is stuck leaves the disk to the
/// others; tells when that begins and ends: `stream-full`, `stream-ok`.
package final class StreamGate: Sendable {
    /// What of a stream was let in and is not in the spool's count yet.
    fileprivate struct Entering {
        var count = 0
        var byteCount = 0
    }

    fileprivate struct State {
        var entering: [String: Entering] = [:]
        /// Those that were told of.
        var full: Set<String> = []
        var refusedCounts: [String: Int] = [:]
    }

    private let spool: Spool
    private let events: EventLog
    private let state = Mutex(State())

    init(spool: Spool, events: EventLog) {
        self.spool = spool
        self.events = events
    }

    /// Lets a message in; nil, and `leave` must follow once the spool has it. Else the stream that is full.
    func enter(_ load: StreamLoad, under streams: [String: StreamSettings]) -> String? {
        let limited = load.counts.keys.filter { streams[$0]?.limitsQueue ?? false }.sorted()
        guard !limited.isEmpty else { return nil }
        if let full = limited.first(where: { isFull($0, under: streams) }) { return full }
        state.withLock { state in
            for stream in limited { state.add(load, to: stream, sign: 1) }
        }
        return nil
    }

    /// The spool has a message that was let in, or never will.
    func leave(_ load: StreamLoad) {
        state.withLock { state in
            for stream in load.counts.keys where state.entering[stream] != nil {
                state.add(load, to: stream, sign: -1)
            }
        }
    }

    /// Whether a stream takes nothing more; whoever asks turns mail away if so.
    func isFull(_ stream: String, under streams: [String: StreamSettings]) -> Bool {
        guard let settings = streams[stream], settings.limitsQueue else { return false }
        let counts = spool.counts(of: stream)
        let isNews = state.withLock { state -> Bool? in
            let entering = state.entering[stream] ?? Entering()
            let isFull = settings.isReached(
                count: counts.total + entering.count, byteCount: counts.messageByteCount + entering.byteCount)
            guard isFull else { return nil }
            state.refusedCounts[stream, default: 0] += 1
            return state.full.insert(stream).inserted
        }
        if isNews == true { events.tell(.streamFull(StreamRoom(settings, counts))) }
        return isNews != nil
    }

    /// Whether a stream is full, as far as was told, and how often mail was turned away since the start.
    package func figures(of stream: String) -> (isFull: Bool, refusedCount: Int) {
        state.withLock { ($0.full.contains(stream), $0.refusedCounts[stream] ?? 0) }
    }

    /// Looks now and then whether streams that were full have room again, until the task is cancelled.
    package func run(
        streams: @escaping @Sendable () -> [String: StreamSettings],
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) async {
        // Cancelled while it sleeps: that is the end.
        while (try? await sleep(Limits.gateInterval)) != nil { review(streams()) }
    }

    /// A stream has room again well below its limits, so that one at the limit is not told of with each message.
    func review(_ streams: [String: StreamSettings]) {
        for stream in state.withLock(\.full) {
            let settings = streams[stream] ?? StreamSettings(name: stream)
            let counts = spool.counts(of: stream)
            guard settings.hasAmpleRoom(counts) else { continue }
            _ = state.withLock { $0.full.remove(stream) }
            events.tell(.streamOK(StreamRoom(settings, counts)))
        }
    }

    /// Why mail was turned away, for the journal.
    static func reason(_ stream: String) -> String { "stream \(stream) is full" }
}

extension StreamGate.State {
    fileprivate mutating func add(_ load: StreamLoad, to stream: String, sign: Int) {
        let count = (load.counts[stream] ?? 0) * sign
        entering[stream, default: .init()].count += count
        entering[stream, default: .init()].byteCount += count * load.byteCount
        if entering[stream]?.count == 0 { entering[stream] = nil }
    }
}

extension StreamSettings {
    fileprivate func isReached(count: Int, byteCount: Int) -> Bool {
        queuedCountLimit > 0 && count >= queuedCountLimit
            || queuedByteCountLimit > 0 && byteCount >= queuedByteCountLimit
    }

    /// Below nine tenths of its limits.
    fileprivate func hasAmpleRoom(_ counts: ShareCounts) -> Bool {
        (queuedCountLimit == 0 || counts.total * 10 < queuedCountLimit * 9)
            && (queuedByteCountLimit == 0 || counts.messageByteCount * 10 < queuedByteCountLimit * 9)
    }

    fileprivate var limitsText: String {
        let texts = [
            queuedCountLimit > 0 ? "max_queued \(queuedCountLimit)" : nil,
            queuedByteCountLimit > 0 ? "max_queued_bytes \(queuedByteCountLimit) B" : nil,
        ].compactMap(\.self)
        return texts.isEmpty ? "without a limit" : texts.joined(separator: ", ")
    }
}

extension StreamRoom {
    fileprivate init(_ settings: StreamSettings, _ counts: ShareCounts) {
        self.init(
            stream: settings.name, queuedCount: counts.total, queuedByteCount: counts.messageByteCount,
            limits: settings.limitsText)
    }
}
