package import MailSyntax

/// The events counted: what `postern status` shows and metrics are made of.
package struct Counters: Sendable {
    /// A stream's figures since the start.
    package struct Stream: Sendable {
        package var acceptedCount = 0
        package var deliveredCount = 0
        package var deferredCount = 0
        package var failedCount = 0
        /// The last reply of a smart host, with when it came.
        package var lastReply: (text: String, at: Timestamp)?
        /// Smart hosts that cannot be used now, with why and since when.
        package var troubles: [String: Trouble] = [:]
        var delivered = RateWindow()

        package init() {}

        /// Deliveries in the minute before.
        package func deliveredPerMinute(at time: Timestamp) -> Int { delivered.count(at: time) }
    }

    /// Why a smart host is set aside.
    package struct Trouble: Sendable {
        package var kind: EventKind
        package var text: String
        package var since: Timestamp
    }

    private var kinds = [Int](repeating: 0, count: EventKind.allCases.count)
    /// The figures of each stream that an event named.
    package private(set) var streams: [String: Stream] = [:]
    /// Events that were told and not written.
    package private(set) var droppedEventCount = 0

    package init() {}

    /// How many events of a kind there were.
    package func count(of kind: EventKind) -> Int { kinds[kind.ordinal] }

    /// Counts an event.
    package mutating func count(_ event: Event, at time: Timestamp) {
        kinds[event.kind.ordinal] += 1
        switch event {
        case .accepted(let accepted):
            for stream in accepted.streams { change(stream) { $0.acceptedCount += 1 } }
        case .delivered(let delivery):
            change(delivery.stream) {
                $0.deliveredCount += 1
                $0.delivered.add(at: time)
                $0.note(delivery.reply, at: time)
            }
        case .deferred(let delivery), .uncertain(let delivery):
            change(delivery.stream) {
                $0.deferredCount += 1
                $0.note(delivery.reply ?? delivery.reason, at: time)
            }
        case .failed(let delivery), .expired(let delivery):
            change(delivery.stream) {
                $0.failedCount += 1
                $0.note(delivery.reply ?? delivery.reason, at: time)
            }
        case .loginFailed(let trouble), .tlsFailed(let trouble), .breakerOpened(let trouble):
            change(trouble.stream) { $0.note(trouble, kind: event.kind, at: time) }
        case .breakerClosed(let closed):
            change(closed.stream) { $0.troubles[closed.smartHost] = nil }
        case .eventsDropped(let dropped):
            droppedEventCount += dropped.count
        case .created, .refused, .held, .released, .discarded, .deleted, .rerouted, .started, .startFailed,
            .ready, .stopping, .reloaded, .reloadFailed, .policyReloadFailed, .certificateReloaded,
            .selfCheckFailed, .streamPaused, .streamResumed, .streamFull, .streamOK, .clientTLSFailed,
            .spoolFull, .spoolOK, .spoolScanned, .entryDamaged, .policyError, .clientLimited, .authFailed,
            .dialogue:
            break
        }
    }

    private mutating func change(_ name: String, _ body: (inout Stream) -> Void) {
        guard streams[name] != nil || streams.count < Limits.countedStreamCount else { return }
        body(&streams[name, default: Stream()])
    }
}

extension Counters.Stream {
    fileprivate mutating func note(_ reply: String?, at time: Timestamp) {
        if let reply { lastReply = (reply, time) }
    }

    fileprivate mutating func note(_ trouble: SmartHostTrouble, kind: EventKind, at time: Timestamp) {
        let known = troubles[trouble.smartHost]
        guard known != nil || troubles.count < Limits.troubledSmartHostCount else { return }
        troubles[trouble.smartHost] = Counters.Trouble(
            kind: kind, text: trouble.reply ?? trouble.reason ?? kind.rawValue, since: known?.since ?? time)
    }
}

/// How many things happened in the last minute, in steps of a second.
struct RateWindow: Sendable {
    private var counts = [Int32](repeating: 0, count: 60)
    private var lastSecond: Int64 = 0

    mutating func add(at time: Timestamp) {
        advance(to: time.millisecondsSince1970 / 1000)
        counts[slot(lastSecond)] += 1
    }

    func count(at time: Timestamp) -> Int {
        var copy = self
        copy.advance(to: time.millisecondsSince1970 / 1000)
        return copy.counts.reduce(0) { $0 + Int($1) }
    }

    /// Empties the seconds between; a clock set back counts into the second it left.
    private mutating func advance(to second: Int64) {
        guard second > lastSecond else { return }
        for passed in max(lastSecond + 1, second - 59)...second { counts[slot(passed)] = 0 }
        lastSecond = second
    }

    private func slot(_ second: Int64) -> Int { Int(second % 60) }
}
