package import MailSyntax

/// An operator's word that a stream sends nothing for now.
package struct StreamPause: Equatable, Sendable {
    /// Who said it.
    package let operatorName: String
    package let reason: String
    package let since: Timestamp
    /// When it ends by itself; nil: when somebody says so.
    package let until: Timestamp?

    package init(operatorName: String, reason: String, since: Timestamp, until: Timestamp?) {
        self.operatorName = operatorName
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// The pauses of all streams, also of those that are not configured now. Pure.
package struct PauseBook: Equatable, Sendable {
    /// By stream.
    package private(set) var pauses: [String: StreamPause]

    package init() { pauses = [:] }

    init(pauses: [String: StreamPause]) { self.pauses = pauses }

    subscript(stream: String) -> StreamPause? { pauses[stream] }

    /// Pauses a stream, or says anew why and how long. False: there are too many.
    mutating func pause(_ stream: String, _ pause: StreamPause) -> Bool {
        guard pauses[stream] != nil || pauses.count < Limits.pauseCount else { return false }
        pauses[stream] = pause
        return true
    }

    /// Ends a pause; nil: there is none.
    mutating func resume(_ stream: String) -> StreamPause? { pauses.removeValue(forKey: stream) }

    /// Ends the pauses whose time is up, and says of which streams, in the order of their ends.
    mutating func endThoseOver(at now: Timestamp) -> [(stream: String, pause: StreamPause)] {
        let over = pauses.filter { $0.value.until.map { $0 <= now } ?? false }
        for stream in over.keys { pauses[stream] = nil }
        return over.sorted { ($0.value.until ?? now, $0.key) < ($1.value.until ?? now, $1.key) }
            .map { (stream: $0.key, pause: $0.value) }
    }

    /// When the next pause ends by itself.
    var nextEnd: Timestamp? { pauses.values.compactMap(\.until).min() }
}

/// The pauses as text, a line each: stream, since, until or `-` in milliseconds since 1970, who, why; with tabs between.
extension PauseBook {
    package static var textByteCount: Int { Limits.pauseCount * Limits.pauseByteCount }

    package var text: String {
        pauses.sorted { $0.key < $1.key }.map { stream, pause in
            let until = pause.until.map { "\($0.millisecondsSince1970)" } ?? "-"
            let fields = [
                stream, "\(pause.since.millisecondsSince1970)", until, pause.operatorName, pause.reason,
            ]
            return fields.map(Self.oneLine).joined(separator: "\t") + "\n"
        }.joined()
    }

    /// Nil if this is not such text.
    package init?(text: String) {
        guard text.utf8.count <= Self.textByteCount else { return nil }
        var pauses: [String: StreamPause] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5, !fields[0].isEmpty, let since = Self.time(fields[1]) else { return nil }
            let until = Self.time(fields[2])
            guard until != nil || fields[2] == "-" else { return nil }
            pauses[fields[0]] = StreamPause(
                operatorName: fields[3], reason: fields[4], since: since, until: until)
        }
        guard pauses.count <= Limits.pauseCount else { return nil }
        self.init(pauses: pauses)
    }

    private static func time(_ text: String) -> Timestamp? {
        guard let milliseconds = Int64(text), (0..<Limits.latestTime).contains(milliseconds) else {
            return nil
        }
        return Timestamp(millisecondsSince1970: milliseconds)
    }

    /// What would end a field or a line becomes a blank.
    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }
}
