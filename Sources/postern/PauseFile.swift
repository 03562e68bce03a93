import Dispatch
import RelayDelivery

/// Keeps the pauses of streams, in `pauses` of the state folder.
struct PauseFile: Sendable {
    private static let name = "pauses"

    private let folder: StateFolder
    /// One writing after the other, away from event loops: what is written last is the newest.
    private let queue = DispatchQueue(label: "postern.pauses")

    init(_ folder: StateFolder) { self.folder = folder }

    /// What a file holds that is not ours is not guessed at: a stream that somebody paused must not send.
    func load() throws -> PauseBook {
        guard let bytes = try folder.read(Self.name, limit: PauseBook.textByteCount + 1) else {
            return PauseBook()
        }
        guard let book = PauseBook(text: String(decoding: bytes, as: UTF8.self)) else {
            throw CommandFailure(
                text: "\(folder.path)/\(Self.name): is no list of pauses; to start without any, remove it")
        }
        return book
    }

    /// Puts the text on the disk as it is when its turn comes.
    @Sendable func save(_ text: @escaping @Sendable () -> String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async {
                continuation.resume(
                    with: Result { try folder.replace(Self.name, with: Array(text().utf8)) })
            }
        }
    }
}
