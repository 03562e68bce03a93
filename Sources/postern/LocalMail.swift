import ArgumentParser
import Glibc
import MailSyntax
import RelayControl
import RelaySettings
import RelaySubmission

/// The names that the programs of a machine know a mail system by: `sendmail`, `mailq` and `newaliases`. They are
/// links to this program, which acts by the name it was called by.
struct LocalMail {
    private let options: SendmailOptions
    private let path: String
    private let settings: SubmissionSettings

    /// The exit status; nil when the program was called by its own name.
    static func run(_ arguments: [String]) async -> Int32? {
        guard let (name, rest) = called(arguments) else { return nil }
        signal(SIGPIPE, SIG_IGN)
        do throws(SubmissionFailure) {
            return try await LocalMail(name, rest).run().rawValue
        } catch {
            Output.complain(error.text, prefix: "\(name): ")
            return error.status.rawValue
        }
    }

    /// `postern sendmail …` is the same as `sendmail …`, for tests.
    private static func called(_ arguments: [String]) -> (name: String, rest: ArraySlice<String>)? {
        for count in 1...2 {
            guard let name = arguments.prefix(count).last?.split(separator: "/").last.map(String.init) else {
                break
            }
            if names.contains(name) { return (name, arguments.dropFirst(count)) }
            guard name == "postern" else { break }
        }
        return nil
    }

    private static let names = ["sendmail", "mailq", "newaliases"]

    private init(_ name: String, _ arguments: ArraySlice<String>) throws(SubmissionFailure) {
        var options = try SendmailOptions(Array(arguments))
        if name == "mailq" { options.mode = .listQueue }
        if name == "newaliases" { options.mode = .checkAliases }
        path = options.configuration ?? "/etc/postern/postern.yaml"
        let (settings, findings) = SettingsFile.loadForSubmission(path: path)
        guard let settings else {
            throw .badConfiguration(findings.map(\.description).joined(separator: "\n"))
        }
        self.options = options
        self.settings = settings
    }

    private func run() async throws(SubmissionFailure) -> SendmailStatus {
        switch options.mode {
        case .submit: return try submit()
        case .speak: return speak()
        case .listQueue: return await listQueue()
        case .checkAliases: return try checkAliases()
        case .nothing: return .done
        case .explain:
            Output.write(Array(Self.usage.utf8))
            return .done
        }
    }

    // MARK: A message

    private func submit() throws(SubmissionFailure) -> SendmailStatus {
        let token = Self.token()
        let submission = try Submission(
            options,
            in: Submission.Surroundings(
                settings: settings, user: .current, now: WallClock.now(), token: token),
            input: Self.readInput)
        switch Entrance.offer(submission, at: settings.entrances) {
        case .accepted(let reply):
            tell(reply)
        case .refused(let failure):
            throw failure
        case .putOff(let reason), .away(let reason):
            try leave(submission, name: token, because: reason)
        }
        return .done
    }

    private func leave(
        _ submission: Submission, name: String, because reason: String
    ) throws(SubmissionFailure) {
        let bytes = MaildropFile.compose(submission, hostname: settings.hostname)
        do throws(SubmissionFailure) {
            try MaildropFile.leave(bytes, in: settings.maildrop, name: name)
        } catch {
            throw .notTaken(
                "the relay does not take it (\(reason)), and it cannot be kept for later in \(error.text)")
        }
        tell("kept for the relay in \(settings.maildrop): \(reason)")
    }

    private func tell(_ text: String) { if options.isVerbose { Output.line(text) } }

    /// When, by which process, and something by chance: files of one name are of one message.
    static func token() -> String {
        let chance = String(UInt32.random(in: .min ... .max), radix: 36)
        return "\(WallClock.now().millisecondsSince1970).\(getpid()).\(chance)"
    }

    private static func readInput(_ limit: Int) throws(SubmissionFailure) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            repeat { count = read(STDIN_FILENO, buffer.baseAddress, limit) } while count < 0 && errno == EINTR
            filled = max(count, 0)
        }
        guard count >= 0 else { throw .unreadable("standard input: \(String(cString: strerror(errno)))") }
        return bytes
    }

    // MARK: The rest

    private func speak() -> SendmailStatus {
        guard !Entrance.converse(at: settings.entrances, input: STDIN_FILENO, output: STDOUT_FILENO) else {
            return .done
        }
        Output.write(Array("421 4.3.2 \(settings.hostname) the relay is away\r\n".utf8))
        return .tryLater
    }

    /// Like every `mailq`: that the queue cannot be seen is said, and is no failure of the caller's.
    private func listQueue() async -> SendmailStatus {
        do {
            let command = try QueueList.parse(["--socket", settings.controlSocket])
            try await command.run()
        } catch let failure as ControlFailure {
            Output.complain("the queue cannot be shown: \(failure.text)", prefix: "mailq: ")
        } catch {
            Output.complain("the queue cannot be shown: \(error)", prefix: "mailq: ")
        }
        return .done
    }

    /// The relay reads the alias file itself, at each reload: there is no table to make, only mistakes to tell of.
    private func checkAliases() throws(SubmissionFailure) -> SendmailStatus {
        let (file, findings) = SettingsFile.checkAliases(path: path)
        for finding in findings { Output.complain("\(finding)", prefix: "") }
        guard !findings.contains(where: { $0.severity == .error }) else { return .badData }
        Output.line(
            file.map { "\($0): good; in force after: systemctl reload postern" }
                ?? "\(path) names no alias file (aliases), so there are no aliases")
        return .done
    }

    private static let usage = """
        usage: sendmail [-t] [-i] [-v] [-f SENDER] [-F NAME] [-C FILE] [RECIPIENT ...]
               sendmail -bp | -bs | -bi | -q
               mailq | newaliases

        Hands the message on standard input to the relay, or keeps it for the relay while that is away.

          -t         read recipients from To, Cc and Bcc, beside those named
          -i, -oi    a line of one dot does not end the message
          -f SENDER  the envelope's sender; '' for none
          -F NAME    the sender's full name
          -v         say what the relay answered
          -bp        list the queue, like mailq
          -bs        speak SMTP on standard input and output
          -C FILE    another configuration than /etc/postern/postern.yaml

        EXAMPLES:
          sendmail -t < message
          sendmail -f app@office.example ann@partner.example < message

        """
}
