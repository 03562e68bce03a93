import FoundationEssentials

/// What an action is done to: these IDs, or all shares that it can be done to.
///
/// On the wire `{"ids": ["0QJ5E6W3G0A1B", "0QJ5E6W3G0A1C/2"]}` or `{"all": true}`. FoundationEssentials
/// reads it: the argument parser brings that library along anyway, and a reader of our own would be
/// one more parser of outside bytes.
package struct QueueSelection: Codable, Equatable, Sendable {
    /// IDs of entries or shares.
    package var ids: [String]?
    package var all: Bool?

    /// A selection of IDs.
    package init(ids: [String]) { self.ids = ids }

    /// Everything.
    package static let everything: QueueSelection = {
        var selection = QueueSelection(ids: [])
        selection.ids = nil
        selection.all = true
        return selection
    }()

    /// Reads a request's body; exactly one of the members stands there and nothing else.
    init(body: [UInt8]) throws(ControlError) {
        let names: [String: AnyMember]
        do {
            names = try JSONDecoder().decode([String: AnyMember].self, from: Data(body))
            self = try JSONDecoder().decode(QueueSelection.self, from: Data(body))
        } catch {
            throw .badRequest("the body is not a selection such as {\"ids\": [\"ID\"]} or {\"all\": true}")
        }
        if let unknown = names.keys.sorted().first(where: { $0 != "ids" && $0 != "all" }) {
            throw .badRequest("unknown member \"\(unknown)\"; known are ids and all")
        }
        guard (ids?.isEmpty == false) != (all == true) else {
            throw .badRequest("select either ids or all")
        }
        guard ids?.count ?? 0 <= Limits.selectedIDCount else {
            throw .badRequest("select at most \(Limits.selectedIDCount) ids in one request")
        }
    }

    /// The body of a request.
    func body() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if let ids { json.member("ids", ids) }
            if let all { json.member("all", all) }
        }
        return json.bytes
    }
}

/// Any JSON value, read for its name alone.
private struct AnyMember: Decodable {
    init(from decoder: any Decoder) throws {}
}
