import ArgumentParser
import RelayControl

/// `postern queue`: what is in the spool, and what a person does with it.
struct Queue: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, hold, release, retry, bounce, reroute and delete queued mail.",
        discussion: """
            One transaction has one ID; the recipients that share a verdict, a stream and edits are a share of it.
            ID stands for all shares of a transaction, ID/2 for one. Instead of IDs, conditions say which mail is
            meant; all of them must hold. Patterns have * and ?, and case does not matter.

            EXAMPLES:
              postern queue list --state held
              postern queue show 0QJ5E6W3G0A1B
              postern queue release 0QJ5E6W3G0A1B/2
              postern queue bounce --recipient '*@gone.example' --older 2d
            """,
        subcommands: [
            QueueList.self, QueueShow.self, QueueHold.self, QueueRelease.self, QueueRetry.self,
            QueueBounce.self, QueueReroute.self, QueueDelete.self,
        ])
}

/// `postern queue list`.
struct QueueList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is queued, oldest first.",
        discussion: """
            EXAMPLES:
              postern queue list
              postern queue list --stream office --state retrying --older 1h
              postern queue list --recipient '*@partner.example' --addresses
              postern queue list --json | jq -r 'select(.attempts > 5) | .id'
            """)

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var chosen: SelectionOptions

    @Flag(help: "Show sender and recipients.")
    var addresses = false

    func run() async throws {
        let filter = QueueFilter(
            chosen.selection, showsAddresses: addresses, tellsProgress: ProgressBar.isWanted)
        try await daemon.withClient { client in
            let listing = QueueListing(isJSON: daemon.json, now: WallClock.now())
            try await client.list(filter) { listing.add($0) }
            try listing.end()
            let status = try ControlClient.decode(StatusDocument.self, from: try await client.status())
            guard !status.isScanComplete else { return }
            Output.complain(
                "the list is not complete yet: \(status.scannedEntries) of about \(status.expectedEntries)"
                    + " messages were looked at since the start")
        }
    }
}

/// `postern queue show`.
struct QueueShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known of a message, or the message itself.",
        discussion: """
            EXAMPLES:
              postern queue show 0QJ5E6W3G0A1B
              postern queue show 0QJ5E6W3G0A1B --content | less
            """)

    @OptionGroup var daemon: DaemonOptions

    @Argument(help: "The ID of the message.")
    var id: String

    @Flag(help: "Print the message as it was received, and nothing else.")
    var content = false

    func validate() throws {
        if content && daemon.json {
            throw ValidationError("--content prints the message's own bytes, never JSON")
        }
    }

    func run() async throws {
        try await daemon.withClient { client in
            if content {
                try await client.content(id) { Output.write($0) }
                return
            }
            let document = try await client.show(id)
            if daemon.json {
                Output.write(document)
            } else {
                let entry = try ControlClient.decode(EntryDocument.self, from: document)
                for line in EntryReport(entry, now: WallClock.now()).lines { Output.line(line) }
            }
        }
    }
}
