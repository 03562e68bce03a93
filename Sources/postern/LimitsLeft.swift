import RelayControl
import RelaySettings
import Transport

/// How much of its limits a message would use, and how much of them the running daemon has left.
struct LimitsLeft {
    /// What the daemon knows.
    struct Running {
        var heldCount: Int
        var hasRoom: Bool
        /// By stream, why nothing leaves by it now.
        var obstacles: [String: String]
    }

    let byteCountLimit: Int
    let recipientCountLimit: Int
    let holdCountLimit: Int
    /// nil: there is none, or it does not answer us.
    let running: Running?
    /// Why not.
    private(set) var silence: String?

    init(_ settings: Settings, _ listener: ListenerSettings, running: Result<Running, ControlFailure>) {
        byteCountLimit = listener.maxMessageByteCount
        recipientCountLimit = listener.maxRecipients
        holdCountLimit = settings.policy.hold.countLimit
        switch running {
        case .success(let answer): self.running = answer
        case .failure(let failure): (self.running, silence) = (nil, failure.text)
        }
    }

    /// Asks the daemon that these settings are for.
    static func ask(_ settings: Settings) async -> Result<Running, ControlFailure> {
        let loops = EventLoops(count: 1)
        let client = ControlClient(socketPath: settings.control.socketPath, loops: loops)
        let answer: Result<Running, ControlFailure>
        do throws(ControlFailure) {
            let status = try ControlClient.decode(StatusDocument.self, from: try await client.status())
            answer = .success(Running(status))
        } catch {
            answer = .failure(error)
        }
        await loops.shutdown()
        return answer
    }

    /// For a person.
    func lines(byteCount: Int, recipientCount: Int, streams: Set<String>) -> [String] {
        let own =
            "size \(Figures.size(byteCount)) of \(Figures.size(byteCountLimit)), "
            + "recipients \(recipientCount) of \(recipientCountLimit)"
        guard let running else { return [own, "the daemon was not asked: \(silence ?? "")"] }
        let hold = running.heldCount < holdCountLimit ? "" : ": what is to be held is answered 451"
        return [
            own, "held \(running.heldCount) of \(holdCountLimit)\(hold)",
            running.hasRoom ? "the spool has room" : "the spool is full: new mail is answered 452",
        ]
            + running.obstacles.filter { streams.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "stream \($0.key) waits: \($0.value)" }
    }
}

extension LimitsLeft.Running {
    fileprivate init(_ status: StatusDocument) {
        heldCount = status.streams.reduce(0) { $0 + $1.held }
        hasRoom = status.hasRoom
        obstacles = Dictionary(
            status.streams.compactMap { stream in stream.obstacle.map { (stream.name, $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}

extension StatusDocument.Stream {
    fileprivate var obstacle: String? {
        if let paused { return "paused by \(paused.by): \(paused.reason)" }
        return troubles.first.map { "\($0.kind) at \($0.smartHost): \($0.reason)" }
    }
}
