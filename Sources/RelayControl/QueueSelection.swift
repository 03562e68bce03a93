import RelaySettings

/// Which shares are meant: by ID, by what they are like, or every one. Conditions must all hold.
///
/// On the wire `{"ids": ["0QJ5E6W3G0A1B", "0QJ5E6W3G0A1C/2"]}`, `{"all": true}`, or conditions:
/// `{"stream": "office", "state": "held", "sender": "*@crm.example", "recipient": "*@gmx.example", "older": "2h"}`.
package struct QueueSelection: Equatable, Sendable {
    /// IDs of entries or shares; empty: not by ID.
    package var ids: [String] = []
    package var isAll = false
    package var stream: String?
    package var state: ShareState?
    /// A glob over the envelope's sender; `<>` is the null sender.
    package var sender: String?
    /// A glob that a pending recipient must match.
    package var recipient: String?
    /// Accepted so long ago or longer; whole seconds.
    package var older: Duration?

    /// Nothing is said.
    package init() {}

    /// A selection of IDs.
    package init(ids: [String]) { self.ids = ids }

    /// Everything.
    package static let everything: QueueSelection = {
        var selection = QueueSelection()
        selection.isAll = true
        return selection
    }()

    /// Whether it says by conditions what is meant.
    package var hasConditions: Bool {
        stream != nil || state != nil || sender != nil || recipient != nil || older != nil
    }

    /// Whether neither IDs nor conditions are given, nor that all are meant.
    package var isSilent: Bool { ids.isEmpty && !isAll && !hasConditions }

    /// What is wrong with it; IDs, conditions and all exclude each other.
    package var contradiction: String? {
        let ways = [!ids.isEmpty, isAll, hasConditions].count { $0 }
        return ways > 1 ? "give IDs, or conditions, or all, not several of these" : nil
    }

    /// Takes its members. `isRequired`: it must say something.
    init(_ members: inout RequestMembers, isRequired: Bool) throws(ControlError) {
        let ids = try members.texts("ids", countLimit: Limits.selectedIDCount)
        self.ids = ids ?? []
        isAll = try members.flag("all")
        stream = try members.text("stream")
        sender = try members.text("sender")
        recipient = try members.text("recipient")
        older = try members.span("older")
        if let name = try members.text("state") {
            guard let state = ShareState(rawValue: name) else {
                throw .badRequest("unknown state \"\(name)\"; known are \(ShareState.names)")
            }
            self.state = state
        }
        if let contradiction { throw .badRequest(contradiction) }
        guard !isRequired || !isSilent, ids != [] else {
            throw .badRequest("select by ids, by conditions such as stream and state, or say all")
        }
    }

    /// The parameters of a query.
    var query: [String: String] {
        var query: [String: String] = [:]
        query["ids"] = ids.isEmpty ? nil : ids.joined(separator: ",")
        query["all"] = isAll ? "true" : nil
        query["stream"] = stream
        query["state"] = state?.rawValue
        query["sender"] = sender
        query["recipient"] = recipient
        query["older"] = older.map(Units.text)
        return query
    }
}

extension JSONWriter {
    /// The members of a selection, those that say something.
    mutating func writeMembers(of selection: QueueSelection) {
        if !selection.ids.isEmpty { member("ids", selection.ids) }
        if selection.isAll { member("all", true) }
        if let stream = selection.stream { member("stream", stream) }
        if let state = selection.state { member("state", state.rawValue) }
        if let sender = selection.sender { member("sender", sender) }
        if let recipient = selection.recipient { member("recipient", recipient) }
        if let older = selection.older { member("older", Units.text(older)) }
    }
}

/// The state of a share as a person sees it.
package enum ShareState: String, CaseIterable, Codable, Sendable {
    /// Its first attempt is due or under way.
    case waiting
    /// An attempt was put off; another follows.
    case retrying
    /// It waits for a person.
    case held
    /// It failed, and is kept for `spool.keep_failed`.
    case failed

    /// All names, for messages.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
