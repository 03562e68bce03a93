import MailSyntax

/// The spans in which a stream could not send for reasons that are no message's: they do not count toward
/// `expire` and `warn_after`.
///
/// They outlive the process, so they are kept in wall time. A clock set back makes a span longer, never negative:
/// when in doubt, time does not count.
package struct UncountedTime: Equatable, Sendable {
    /// Why nothing is sent. Several may hold at once; time counts again when the last one ends.
    package enum Cause: String, CaseIterable, Sendable {
        /// Behind a login or TLS trouble of every smart host.
        case trouble
        /// An operator paused the stream.
        case paused
    }

    /// In order, and apart from each other.
    private(set) var spans: [Range<Timestamp>]
    /// The span that goes on.
    private(set) var openSince: Timestamp?
    private(set) var causes: Set<Cause>

    package init() { self.init(spans: [], openSince: nil, causes: []) }

    init(spans: [Range<Timestamp>], openSince: Timestamp?, causes: Set<Cause>) {
        self.spans = []
        self.openSince = openSince
        self.causes = causes
        for span in spans { insert(span) }
    }

    /// Nothing can be sent from now on. To be told again does no harm.
    mutating func begin(_ cause: Cause, at now: Timestamp) {
        causes.insert(cause)
        openSince = min(openSince ?? now, now)
    }

    /// This is no longer a reason.
    mutating func end(_ cause: Cause, at now: Timestamp) {
        guard causes.remove(cause) != nil, causes.isEmpty, let start = openSince else { return }
        openSince = nil
        insert(min(start, now)..<max(start, now))
        spans.removeAll { $0.upperBound + Limits.uncountedMemory < now }
        if spans.count > Limits.uncountedSpanCount { closeShortestGap() }
    }

    /// How much of the time from `start` to `now` counts.
    func counted(from start: Timestamp, to now: Timestamp) -> Duration {
        guard start < now else { return .zero }
        var all = self
        if let openSince, openSince < now { all.insert(openSince..<now) }
        return all.spans.reduce(now - start) { $0 - $1.clamped(to: start..<now).duration }
    }

    /// Spans that overlap, as those of a clock set back may, become one.
    private mutating func insert(_ span: Range<Timestamp>) {
        guard !span.isEmpty else { return }
        let touched = spans.filter { $0.overlaps(span) } + [span]
        spans.removeAll { $0.overlaps(span) }
        let start = touched.map(\.lowerBound).min() ?? span.lowerBound
        let end = touched.map(\.upperBound).max() ?? span.upperBound
        let place = spans.firstIndex { $0.lowerBound >= end } ?? spans.endIndex
        spans.insert(start..<end, at: place)
    }

    /// The bound on their number is in favour of the mail, and takes the least from the truth.
    private mutating func closeShortestGap() {
        let gaps = zip(spans, spans.dropFirst()).map { $1.lowerBound - $0.upperBound }
        guard let index = gaps.indices.min(by: { gaps[$0] < gaps[$1] }) else { return }
        spans[index] = spans[index].lowerBound..<spans.remove(at: index + 1).upperBound
    }
}

extension Range<Timestamp> {
    fileprivate var duration: Duration { upperBound - lowerBound }
}
