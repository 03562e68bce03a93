/// What an operator can ask of the running relay.
///
/// The control socket knows neither policy nor delivery; whoever wires the relay adopts this.
package protocol RelayOperations: Sendable {
    /// How the relay fares.
    func status() async -> StatusDocument

    /// Takes up the configuration as it is on disk now, whole or not at all.
    func reload() async throws(ControlError) -> ReloadDocument

    /// Throws if a list by IDs would miss one: then there is no list.
    func check(_ selection: QueueSelection) async throws(ControlError)

    /// Emits every share that the selection means, oldest first. `progress` hears now and then how far it is.
    func list(
        _ filter: QueueFilter, progress: Emit<WalkProgress>?, emit: Emit<ShareDocument>
    ) async throws(ControlError)

    /// All that is known of an entry.
    func show(_ id: String) async throws(ControlError) -> EntryDocument

    /// Emits the message as it was received.
    func content(_ id: String, emit: Emit<[UInt8]>) async throws(ControlError)

    /// Throws if an action can be done to no share at all, such as a reroute into a stream that is not there.
    func check(_ action: QueueAction) async throws(ControlError)

    /// Does something to shares and emits what became of each.
    func perform(
        _ order: QueueOrder, by operatorName: String, progress: Emit<WalkProgress>?,
        emit: Emit<ActionDocument>
    ) async throws(ControlError)

    /// All streams, and those that are not configured any more but have mail or a pause.
    func streams() async -> [StreamDocument]

    /// The tests and commands of the policy in force that were met, in their order.
    func rules() async -> [RuleDocument]

    /// Lets no new transaction of a stream begin.
    func pause(_ order: PauseOrder, by operatorName: String) async throws(ControlError) -> StreamDocument

    /// Ends a pause.
    func resume(_ stream: String, by operatorName: String) async throws(ControlError) -> StreamDocument
}

/// Takes one item of a long answer; waits while the client does not read.
package typealias Emit<Item> = (Item) async throws(ControlError) -> Void
