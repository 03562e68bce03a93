import ArgumentParser
import RelayControl
import RelaySettings

/// IDs, conditions, or all: which mail is meant.
struct SelectionOptions: ParsableArguments {
    @Argument(help: "IDs of messages, or of single shares (ID/2).")
    var ids: [String] = []

    @Flag(help: "Every one.")
    var all = false

    @Option(help: ArgumentHelp("Those of this stream.", valueName: "name"))
    var stream: String?

    @Option(
        help: ArgumentHelp(
            "Those whose envelope sender fits this pattern; '<>' is the null sender.", valueName: "pattern"))
    var sender: String?

    @Option(
        help: ArgumentHelp("Those that wait for a recipient that fits this pattern.", valueName: "pattern"))
    var recipient: String?

    @Option(help: ArgumentHelp("Those in this state: \(ShareState.names).", valueName: "state"))
    var state: ShareState?

    @Option(help: ArgumentHelp("Those accepted so long ago or longer: 30s, 15m, 4h, 5d.", valueName: "time"))
    var older: TimeSpan?

    var selection: QueueSelection {
        var selection = QueueSelection(ids: ids)
        selection.isAll = all
        (selection.stream, selection.state) = (stream, state)
        (selection.sender, selection.recipient) = (sender, recipient)
        selection.older = older?.duration
        return selection
    }

    /// For `list`, which by itself means everything.
    func validate() throws {
        if let contradiction = selection.contradiction {
            throw ValidationError("\(contradiction.capitalizedFirst).")
        }
    }

    /// For whatever changes mail: everything must be meant in so many words.
    func validateSpoken() throws {
        guard selection.isSilent else { return }
        throw ValidationError("Name at least one ID, or a condition such as --stream, or give --all.")
    }
}

/// A span of time as the configuration writes it.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = Units.duration(argument) else { return nil }
        self.duration = duration
    }
}

extension ShareState: ExpressibleByArgument {}

extension String {
    /// As a sentence begins.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
