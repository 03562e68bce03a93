import ArgumentParser
import Glibc
import RelayControl

/// `postern queue hold`.
struct QueueHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep waiting mail until it is released.",
        discussion: """
            Mail that is being sent at this moment is not held: that is said, and the command ends with 1.

            EXAMPLES:
              postern queue hold 0QJ5E6W3G0A1B --reason 'ask Anna first'
              postern queue hold --stream marketing --recipient '*@partner.example'
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Option(help: ArgumentHelp("Why; shown with the mail.", valueName: "text"))
    var reason: String?

    func validate() throws { try chosen.validateSpoken() }

    func run() async throws { try await daemon.perform(.hold(reason: reason), on: chosen.selection) }
}

/// `postern queue release`.
struct QueueRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let held mail go on its way.",
        discussion: """
            It goes as it was judged when it came, and the policy does not see it again: unless policy.on_release of
            the configuration says otherwise.

            With --judge the scripts and routes of today judge it: it goes, perhaps by another stream, is held for
            another reason, goes back to its sender with a report where a script refuses it, or is dropped where one
            discards it. Each is told, and is no error. What is to be redirected or edited otherwise than when it came
            goes on under a new ID, which is told. What a script fails at or puts off stays held, and the command
            ends with 1.

            EXAMPLES:
              postern queue release 0QJ5E6W3G0A1B
              postern queue release 0QJ5E6W3G0A1B/2 0QJ5E6W3G0A1C
              postern queue release --judge --stream office
              postern queue release --sender '*@crm.office.example'
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Flag(help: "As it was judged when it came.")
    var asIs = false

    @Flag(help: "As the policy judges it now.")
    var judge = false

    func validate() throws {
        try chosen.validateSpoken()
        if asIs && judge { throw ValidationError("--as-is and --judge exclude each other") }
    }

    func run() async throws {
        try await daemon.perform(.release(isJudged: judge ? true : asIs ? false : nil), on: chosen.selection)
    }
}

/// `postern queue retry`.
struct QueueRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try waiting mail now, whatever its next attempt was to be.",
        discussion: """
            EXAMPLES:
              postern queue retry 0QJ5E6W3G0A1B
              postern queue retry --stream office --state retrying
              postern queue retry --all
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    func validate() throws { try chosen.validateSpoken() }

    func run() async throws { try await daemon.perform(.retry, on: chosen.selection) }
}

/// `postern queue bounce`.
struct QueueBounce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounce",
        abstract: "Give mail up and tell its sender.",
        discussion: """
            The sender gets a delivery report with the text; mail from <> has nobody to tell. The report leaves by
            the stream of reports like any mail.

            EXAMPLES:
              postern queue bounce 0QJ5E6W3G0A1B --text 'the partner has closed this mailbox'
              postern queue bounce --recipient '*@gone.example' --older 2d
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Option(help: ArgumentHelp("What the sender is told.", valueName: "text"))
    var text: String?

    func validate() throws { try chosen.validateSpoken() }

    func run() async throws { try await daemon.perform(.bounce(text: text), on: chosen.selection) }
}

/// `postern queue reroute`.
struct QueueReroute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reroute",
        abstract: "Let mail leave by another stream.",
        discussion: """
            It is tried there at once, with that stream's envelope and limits. What was held because its stream is
            gone goes as well; what was held for another reason stays held.

            EXAMPLES:
              postern queue reroute --into office 0QJ5E6W3G0A1B
              postern queue reroute --into backup --stream transactional
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Option(help: ArgumentHelp("The stream that it leaves by.", valueName: "stream"))
    var into: String

    func validate() throws { try chosen.validateSpoken() }

    func run() async throws { try await daemon.perform(.reroute(into: into), on: chosen.selection) }
}

/// `postern queue delete`.
struct QueueDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove mail from the queue; nobody is told.",
        discussion: """
            Of more than one message it asks first, or needs --yes where there is nobody to ask.

            EXAMPLES:
              postern queue delete 0QJ5E6W3G0A1B
              postern queue delete --sender '<>' --older 3d --yes
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws { try chosen.validateSpoken() }

    func run() async throws {
        let selection = chosen.selection
        let isSure = yes || selection.ids.count == 1
        if !isSure, isatty(STDIN_FILENO) != 1 {
            throw CommandFailure(text: "to delete more than one message, add --yes", exitCode: 2)
        }
        try await daemon.withClient { client in
            if !isSure { try await confirm(selection, client) }
            try await daemon.perform(.delete, on: selection, by: client)
        }
    }

    private func confirm(_ selection: QueueSelection, _ client: ControlClient) async throws {
        let tally = Tally()
        try await client.list(QueueFilter(selection)) { _ in tally.add() }
        guard tally.count > 0 else { return }
        Output.write(
            Array("Delete \(tally.count) from the queue? Nobody will be told. [y/N] ".utf8), to: STDERR_FILENO
        )
        let answer = readLine() ?? ""
        guard answer.lowercased() == "y" || answer.lowercased() == "yes" else {
            throw CommandFailure(text: "nothing was deleted")
        }
    }
}

extension DaemonOptions {
    /// Has something done to shares and prints what became of each; exits 1 if one was not done.
    fileprivate func perform(_ action: QueueAction, on selection: QueueSelection) async throws {
        try await withClient { try await perform(action, on: selection, by: $0) }
    }

    fileprivate func perform(
        _ action: QueueAction, on selection: QueueSelection, by client: ControlClient
    ) async throws {
        let report = ActionReport(isJSON: json)
        try await client.perform(QueueOrder(action, on: selection, tellsProgress: ProgressBar.isWanted)) {
            report.add($0)
        }
        try report.end()
    }
}
