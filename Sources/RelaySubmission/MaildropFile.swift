import Glibc
import MailSyntax
import RelaySettings
import SMTPProtocol

/// A message left for the relay to collect: a file that holds what a client would say, without the answers
/// (batch SMTP, RFC 2442).
///
///     EHLO localhost
///     MAIL FROM:<ann@office.example>
///     RCPT TO:<bob@partner.example>
///     DATA
///     Subject: …
///     .
///     QUIT
///
/// So the relay reads it with the same rules as everything else that comes in. Without its last line it is torn.
/// root may say in a line before, `XSTREAM office`, by which stream all of it leaves.
package enum MaildropFile {
    /// The bytes of a file.
    package static func compose(
        _ submission: Submission, hostname: String, stream: String? = nil
    ) -> [UInt8] {
        let (envelope, message) = (submission.envelope, submission.message)
        let server = ownExtensions(hostname)
        var bytes = stream.map { Array("\(MaildropName.stream)\($0)\r\n".utf8) } ?? []
        bytes += ClientCommand.ehlo("localhost")
        bytes += ClientCommand.mail(envelope, byteCount: message.count, to: server)
        for recipient in envelope.recipients { bytes += ClientCommand.rcpt(recipient, to: server) }
        bytes += ClientCommand.data
        var encoder = DotEncoder()
        encoder.encode(message[...], into: &bytes)
        encoder.finish(into: &bytes)
        return bytes + ClientCommand.quit
    }

    /// Leaves a file in the folder. Once it returns, no crash undoes it.
    package static func leave(_ bytes: [UInt8], in folder: String, name: String) throws(SubmissionFailure) {
        let draft = "\(folder)/\(name)\(MaildropName.draft)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        // The folder gives its group to the file, whatever the user's umask: the relay reads it, and no other user.
        guard write(bytes, to: descriptor), fchmod(descriptor, 0o640) == 0, fsync(descriptor) == 0,
            rename(draft, "\(folder)/\(name)\(MaildropName.finished)") == 0
        else {
            let failure = failure(folder)
            unlink(draft)
            throw failure
        }
        // Users cannot read the folder, and so cannot sync it. But the new name is a change of the file as well
        // (its ctime), in one transaction with the change of the folder, and this waits for that transaction: so it
        // is with ext4, XFS and Btrfs.
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    /// What this version of the relay offers to its clients.
    private static func ownExtensions(_ hostname: String) -> ServerExtensions {
        let offer = ServerSession.Offer(hostname: hostname, sizeLimit: .max, recipientLimit: .max)
        var session = ServerSession(offer: offer)
        guard case .reply(let reply) = session.receive(.ehlo("localhost")) else { return ServerExtensions() }
        return ServerExtensions(ehlo: reply)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(_ folder: String) -> SubmissionFailure {
        SubmissionFailure(.tryLater, "\(folder): \(String(cString: strerror(errno)))")
    }
}
