import COpenSSL
import Synchronization

/// The last session with each peer that a client context spoke to, to be taken up again.
///
/// The context's trust is the same for all of them, and a session carries the verdict on the name it was made
/// for; therefore the key is the name as dialled.
final class RememberedSessions: Sendable {
    private let sessions = Mutex<[String: RememberedSession]>([:])

    /// Takes over the reference that OpenSSL's callback gives away.
    func remember(_ session: OpaquePointer, for name: String) {
        let kept = RememberedSession(owning: session)
        sessions.withLock { sessions in
            if sessions[name] == nil, sessions.count >= Limits.rememberedSessionCount {
                sessions.remove(at: sessions.startIndex)
            }
            sessions[name] = kept
        }
    }

    func forget(_ name: String) { _ = sessions.withLock { $0.removeValue(forKey: name) } }

    /// Lets a new connection propose the session known for its name.
    func propose(to ssl: OpaquePointer, name: String) {
        guard let session = sessions.withLock({ $0[name] }) else { return }
        session.propose(to: ssl)
    }
}

/// Owns one reference to a session.
///
/// Safe to share: after its making the pointer is only read, by `SSL_SESSION_dup`, so that no two connections
/// ever write to the same session.
private final class RememberedSession: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { SSL_SESSION_free(pointer) }

    func propose(to ssl: OpaquePointer) {
        guard SSL_SESSION_is_resumable(pointer) == 1, let copy = SSL_SESSION_dup(pointer) else { return }
        SSL_set_session(ssl, copy)
        SSL_SESSION_free(copy)
    }
}
