package import MailSyntax
import SieveEngine
import Synchronization

/// What messages leave behind for those that come after them: identifiers that were seen (RFC 7352), and what was
/// counted under keys. It outlives every reload, and by the lines that it notes also a restart.
package final class PolicyMemory: Sendable {
    private struct Seen {
        var at: Int64
        var seconds: Int
    }

    /// What was counted under a key, by stretches of a sixtieth of the time that counts.
    private struct Window {
        private(set) var stretches: [(begin: Int64, amount: Int)] = []

        mutating func add(_ amount: Int, at time: Int64, seconds: Int) {
            let width = Int64(max(1, seconds / 60))
            let begin = time - time % width
            stretches.removeAll { $0.begin + width <= time - Int64(seconds) }
            if let last = stretches.last, last.begin == begin {
                stretches[stretches.count - 1].amount += amount
            } else {
                stretches.append((begin, amount))
            }
        }

        func sum(since time: Int64) -> Int {
            stretches.reduce(0) { $1.begin > time ? $0 + $1.amount : $0 }
        }

        func isOver(at time: Int64, seconds: Int) -> Bool {
            stretches.last.map { $0.begin + Int64(max(1, seconds / 60)) <= time - Int64(seconds) } ?? true
        }
    }

    private struct CountKey: Hashable {
        var key: [UInt8]
        var seconds: Int
    }

    private struct State {
        var seen: [[UInt8]: Seen] = [:]
        var windows: [CountKey: Window] = [:]
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp
    private let note: @Sendable (String) -> Void

    /// `note` is handed a line for each thing that is remembered, for `restore` after a restart.
    package init(
        now: @escaping @Sendable () -> Timestamp, note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.now = now
        self.note = note
    }

    private var seconds: Int64 { now().millisecondsSince1970 / 1000 }

    // MARK: Asking

    func hasSeen(_ identifier: [UInt8], withinSeconds: Int) -> Bool {
        let time = seconds
        return state.withLock { state in
            guard let seen = state.seen[identifier] else { return false }
            return time - seen.at < Int64(min(seen.seconds, withinSeconds))
        }
    }

    func count(of key: [UInt8], withinSeconds: Int) -> Int {
        let time = seconds
        return state.withLock { state in
            let key = CountKey(key: key, seconds: withinSeconds)
            return state.windows[key]?.sum(since: time - Int64(withinSeconds)) ?? 0
        }
    }

    // MARK: Remembering

    /// What an accepted message leaves behind.
    package func take(_ traces: PolicyTraces) {
        guard !traces.isEmpty else { return }
        let time = seconds
        for (identifier, seconds) in traces.identifiers.sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            remember(identifier, seconds: seconds, at: time)
            note(Self.line(identifier, seconds: seconds, at: time))
        }
        for count in traces.counts {
            add(count.key, count.amount, seconds: count.seconds, at: time)
            note(Self.line(count.key, count.amount, seconds: count.seconds, at: time))
        }
        sweep(at: time)
    }

    private func remember(_ identifier: [UInt8], seconds: Int, at time: Int64) {
        state.withLock { $0.seen[identifier] = Seen(at: time, seconds: seconds) }
    }

    private func add(_ key: [UInt8], _ amount: Int, seconds: Int, at time: Int64) {
        state.withLock { state in
            state.windows[CountKey(key: key, seconds: seconds), default: Window()]
                .add(amount, at: time, seconds: seconds)
        }
    }

    /// Keeps within bounds: what is over goes first, then what is oldest.
    private func sweep(at time: Int64) {
        state.withLock { state in
            if state.seen.count > Limits.rememberedCount {
                state.seen = state.seen.filter { time - $0.value.at < Int64($0.value.seconds) }
                let excess = state.seen.count - Limits.rememberedCount * 9 / 10
                for (identifier, _) in state.seen.sorted(by: { $0.value.at < $1.value.at }).prefix(
                    max(0, excess))
                {
                    state.seen[identifier] = nil
                }
            }
            if state.windows.count > Limits.rememberedCount {
                state.windows = state.windows.filter { !$0.value.isOver(at: time, seconds: $0.key.seconds) }
                let last = { (window: Window) in window.stretches.last?.begin ?? 0 }
                let excess = state.windows.count - Limits.rememberedCount * 9 / 10
                for (key, _) in state.windows.sorted(by: { last($0.value) < last($1.value) }).prefix(
                    max(0, excess))
                {
                    state.windows[key] = nil
                }
            }
        }
    }

    // MARK: Lines

    /// All that still counts, as lines.
    package func lines() -> [String] {
        let time = seconds
        return state.withLock { state in
            let seen = state.seen.filter { time - $0.value.at < Int64($0.value.seconds) }
                .map { Self.line($0.key, seconds: $0.value.seconds, at: $0.value.at) }
            let counted = state.windows.filter { !$0.value.isOver(at: time, seconds: $0.key.seconds) }
                .flatMap { key, window in
                    window.stretches.map { Self.line(key.key, $0.amount, seconds: key.seconds, at: $0.begin) }
                }
            return seen + counted
        }
    }

    /// Takes up a line of a run before; what is none is left alone.
    package func restore(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 4, let at = Int64(words[1]), let seconds = Int(words[2]),
            (1...Limits.memorySeconds).contains(seconds)
        else { return }
        switch (words[0], words.count) {
        case ("seen", 4):
            if let identifier = Self.bytes(words[3]) { remember(identifier, seconds: seconds, at: at) }
        case ("count", 5):
            guard let amount = Int(words[3]), let key = Self.bytes(words[4]) else { return }
            add(key, amount, seconds: seconds, at: at)
        default: break
        }
    }

    private static func line(_ identifier: [UInt8], seconds: Int, at time: Int64) -> String {
        "seen \(time) \(seconds) \(hex(identifier))"
    }

    private static func line(_ key: [UInt8], _ amount: Int, seconds: Int, at time: Int64) -> String {
        "count \(time) \(seconds) \(amount) \(hex(key))"
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let values = hex.utf8.map { digits.firstIndex(of: $0).map(UInt8.init) }
        guard values.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[place], let low = values[place + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

/// What a message leaves behind once it is accepted.
package struct PolicyTraces: Hashable, Sendable {
    /// Something counted under a key.
    package struct Count: Hashable, Sendable {
        package var key: [UInt8]
        package var amount: Int
        /// The time that counts.
        package var seconds: Int
    }

    /// Identifiers by which later messages are duplicates, and for how many seconds.
    package var identifiers: [[UInt8]: Int] = [:]
    package var counts: [Count] = []

    package init() {}

    package var isEmpty: Bool { identifiers.isEmpty && counts.isEmpty }

    mutating func add(_ count: SieveCount) {
        let place = counts.firstIndex { $0.key == count.key && $0.seconds == count.seconds }
        if let place {
            counts[place].amount += count.amount
        } else {
            counts.append(Count(key: count.key, amount: count.amount, seconds: count.seconds))
        }
    }
}
