import MailSpool
import MailSyntax
import SMTPProtocol
import Transport

/// Reads the lines of one message into a draft; what it holds of it in memory does not grow with the message.
struct BodyReceiver {
    /// How the data ended.
    enum Ending: Equatable {
        /// At the final dot; all of it is in the draft.
        case complete
        /// At the final dot, but it cannot be kept: too large, or no room.
        case refused(Reply)
        /// Before the final dot, at a bare CR or LF or because it would not end: what follows cannot be told from
        /// commands, so the connection must close.
        case cutOff(Reply)
        /// The client left in the middle.
        case abandoned
    }

    private let sizeLimit: Int
    private let timeout: Duration
    private let deadline: ContinuousClock.Instant
    private let now: @Sendable () -> ContinuousClock.Instant
    private var decoder = DotDecoder()
    private var refusal: Reply?
    private var swallowedByteCount = 0
    /// What the client sent behind the final dot: its next commands.
    private(set) var rest: [UInt8] = []

    init(sizeLimit: Int, timeout: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.sizeLimit = sizeLimit
        self.timeout = timeout
        self.now = now
        deadline = now() + timeout * Limits.dataTimeoutFactor
    }

    /// Reads until the data ends. `first` is what was already buffered when the go-ahead was sent; `read` waits for
    /// more no longer than it is told, nil being the end.
    mutating func receive(
        first: [UInt8], into draft: inout Draft,
        read: (Duration) async throws(TransportError) -> [UInt8]?
    ) async throws(TransportError) -> Ending {
        var chunk = first[...]
        while true {
            var decoded: [UInt8] = []
            let progress = decoder.decode(&chunk, into: &decoded)
            await keep(decoded, in: &draft)
            switch progress {
            case .end:
                rest = Array(chunk)
                return refusal.map(Ending.refused) ?? .complete
            case .violation:
                return .cutOff(.bareLineEnd)
            case .more:
                if let refusal, swallowedByteCount > sizeLimit { return .cutOff(refusal) }
                guard let next = try await more(read) else { return .abandoned }
                chunk = next[...]
            }
        }
    }

    private func more(
        _ read: (Duration) async throws(TransportError) -> [UInt8]?
    ) async throws(TransportError) -> [UInt8]? {
        // A client that is never waited for must meet the end of the daemon and of its time as well.
        if Task.isCancelled { throw .cancelled }
        guard now() < deadline else { throw .timedOut }
        return try await read(min(timeout, deadline - now()))
    }

    /// Appends to the draft, or, once that has become pointless, counts what is thrown away.
    private mutating func keep(_ bytes: [UInt8], in draft: inout Draft) async {
        guard refusal == nil else {
            swallowedByteCount += bytes.count
            return
        }
        guard draft.byteCount + bytes.count <= sizeLimit else {
            refusal = .messageTooLarge
            return
        }
        do throws(SpoolError) {
            try await draft.append(bytes)
        } catch {
            refusal = .of(error)
        }
    }
}
