import ArgumentParser
import Glibc
import RelayControl

/// IDs, or all: what an action is done to.
struct SelectionOptions: ParsableArguments {
    @Argument(help: "IDs of messages, or of single shares (ID/2).")
    var ids: [String] = []

    @Flag(help: "All that it can be done to.")
    var all = false

    var selection: QueueSelection { all ? .everything : QueueSelection(ids: ids) }

    func validate() throws {
        if ids.isEmpty && !all { throw ValidationError("Name at least one ID, or give --all.") }
        if !ids.isEmpty && all { throw ValidationError("Give IDs or --all, not both.") }
    }
}

/// `postern queue release`.
struct QueueRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let held mail go on its way.",
        discussion: """
            EXAMPLES:
              postern queue release 0QJ5E6W3G0A1B
              postern queue release 0QJ5E6W3G0A1B/2 0QJ5E6W3G0A1C
              postern queue release --all
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    func run() async throws { try await daemon.perform(.release, on: chosen.selection) }
}

/// `postern queue retry`.
struct QueueRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try waiting mail now, whatever its next attempt was to be.",
        discussion: """
            EXAMPLES:
              postern queue retry 0QJ5E6W3G0A1B
              postern queue retry --all
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    func run() async throws { try await daemon.perform(.retry, on: chosen.selection) }
}

/// `postern queue delete`.
struct QueueDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove mail from the queue; nobody is told.",
        discussion: """
            Of more than one ID it asks first, or needs --yes where there is nobody to ask.

            EXAMPLES:
              postern queue delete 0QJ5E6W3G0A1B
              postern queue delete --all --yes
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        if !yes && (chosen.all || chosen.ids.count > 1) { try confirm() }
        try await daemon.perform(.delete, on: chosen.selection)
    }

    private func confirm() throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(text: "to delete more than one message, add --yes", exitCode: 2)
        }
        let what = chosen.all ? "all queued mail" : "\(chosen.ids.count) messages"
        Output.write(Array("Delete \(what)? Nobody will be told. [y/N] ".utf8), to: STDERR_FILENO)
        let answer = readLine() ?? ""
        guard answer.lowercased() == "y" || answer.lowercased() == "yes" else {
            throw CommandFailure(text: "nothing was deleted")
        }
    }
}

extension DaemonOptions {
    /// Has something done to shares and prints what became of each; exits 1 if one was not done.
    fileprivate func perform(_ action: QueueAction, on selection: QueueSelection) async throws {
        try await withClient { client in
            let report = ActionReport(isJSON: json)
            try await client.perform(action, on: selection) { report.add($0) }
            try report.end()
        }
    }
}
