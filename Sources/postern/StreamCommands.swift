import ArgumentParser
import RelayControl

/// `postern stream`: the ways out, and whether they are open.
struct Stream: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, pause and resume streams.",
        discussion: """
            A paused stream takes mail and sends none: transactions under way end, no new ones begin. The time of its
            pause does not count toward expire. A pause survives a restart.

            EXAMPLES:
              postern stream list
              postern stream pause marketing --reason 'provider moves' --for 2h
              postern stream resume marketing
            """,
        subcommands: [StreamList.self, StreamPauseCommand.self, StreamResume.self])
}

/// `postern stream list`.
struct StreamList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the streams with what waits for them, and which are paused by whom.",
        discussion: """
            EXAMPLES:
              postern stream list
              postern stream list --json | jq -r 'select(.paused) | .name'
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        try await daemon.withClient { client in
            let listing = StreamListing(isJSON: daemon.json, now: WallClock.now())
            try await client.streams { listing.add($0) }
            try listing.end()
        }
    }
}

/// `postern stream pause`.
struct StreamPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let a stream send nothing for now.",
        discussion: """
            Who paused it and why is told in the journal and shown by status. To pause it again says anew why and
            how long.

            EXAMPLES:
              postern stream pause marketing --reason 'wrong link in the newsletter'
              postern stream pause office --reason 'provider moves' --for 2h
            """)

    @OptionGroup var daemon: DaemonOptions

    @Argument(help: "The stream.")
    var name: String

    @Option(help: ArgumentHelp("Why; for those who meet the pause.", valueName: "text"))
    var reason: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For so long, then it goes on by itself: 15m, 2h, 1d.", valueName: "time"))
    var span: TimeSpan?

    func validate() throws {
        guard reason.contains(where: { $0 != " " }) else { throw ValidationError("Say why with --reason.") }
        if span?.duration == .zero { throw ValidationError("--for is longer than nothing.") }
    }

    func run() async throws {
        try await daemon.withClient { client in
            let order = PauseOrder(stream: name, reason: reason, span: span?.duration)
            let document = try await client.pause(order)
            if daemon.json { return Output.write(document) }
            let stream = try ControlClient.decode(StreamDocument.self, from: document)
            let until = stream.paused?.until.map { " until \(Figures.moment($0))" } ?? ""
            Output.line("paused \(stream.name)\(until)")
        }
    }
}

/// `postern stream resume`.
struct StreamResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused stream send again.",
        discussion: """
            EXAMPLES:
              postern stream resume marketing
            """)

    @OptionGroup var daemon: DaemonOptions

    @Argument(help: "The stream.")
    var name: String

    func run() async throws {
        try await daemon.withClient { client in
            let document = try await client.resume(name)
            if daemon.json { return Output.write(document) }
            Output.line("resumed \(name)")
        }
    }
}
