/// What an operator can ask of the running relay.
///
/// The control socket knows neither policy nor delivery; whoever wires the relay adopts this.
package protocol RelayOperations: Sendable {
    /// How the relay fares.
    func status() async -> StatusDocument

    /// Emits every share that the filter admits, oldest first.
    func list(_ filter: QueueFilter, emit: Emit<ShareDocument>) async throws(ControlError)

    /// All that is known of an entry.
    func show(_ id: String) async throws(ControlError) -> EntryDocument

    /// Emits the message as it was received.
    func content(_ id: String, emit: Emit<[UInt8]>) async throws(ControlError)

    /// Does something to shares and emits what became of each.
    func perform(
        _ action: QueueAction, on selection: QueueSelection, by operatorName: String,
        emit: Emit<ActionDocument>
    ) async throws(ControlError)
}

/// Takes one item of a long answer; waits while the client does not read.
package typealias Emit<Item> = (Item) async throws(ControlError) -> Void
