import CSystemd
import Glibc

/// Writes entries to the systemd journal (sd_journal_sendv).
///
/// Two traps. Without a journald libsystemd reports success and the entry is gone, so whether to use
/// the journal is decided beforehand, by `isTheirs`. And a journald that stands still blocks the caller for
/// ever once its socket is full, so only a thread of its own may call `send`.
package struct JournalWriter: Sendable {
    package init() {}

    /// Writes one entry: the bytes hold `NAME=value` at each place.
    package func send(_ bytes: [UInt8], fields: [Range<Int>]) {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            let vectors = fields.map { field in
                // iovec is made for reading and writing alike; the journal only reads.
                iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: base + field.lowerBound), iov_len: field.count
                )
            }
            // The answer says nothing: it is 0 without a journald, and other failures have no one to be told to.
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }

    /// Whether log lines of this process belong in the journal: standard error already leads there, or
    /// there is a journal and nobody at a terminal to read the lines.
    package static func isTheirs(
        journalStream: String?, descriptor: Int32 = STDERR_FILENO, socketPath: String = journalSocketPath
    ) -> Bool {
        if let journalStream, leads(descriptor, to: journalStream) { return true }
        return isatty(descriptor) == 0 && accepts(socketPath)
    }

    /// Where journald takes entries.
    package static let journalSocketPath = "/run/systemd/journal/socket"

    /// Whether JOURNAL_STREAM's `device:inode` is the descriptor's: it may be inherited from a
    /// service whose standard error was redirected since.
    private static func leads(_ descriptor: Int32, to journalStream: String) -> Bool {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return false }
        return journalStream == "\(facts.st_dev):\(facts.st_ino)"
    }

    private static func accepts(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
