/// What `queue list` asks for.
package struct QueueFilter: Equatable, Sendable {
    package var selection: QueueSelection
    /// Whether sender and recipients are wanted: they are read from the files.
    package var showsAddresses: Bool
    /// Whether to hear now and then how far it is.
    package var tellsProgress: Bool

    package init(
        _ selection: QueueSelection = QueueSelection(), showsAddresses: Bool = false,
        tellsProgress: Bool = false
    ) {
        self.selection = selection
        self.showsAddresses = showsAddresses
        self.tellsProgress = tellsProgress
    }

    /// Reads the query `stream=office&state=held&addresses=true`.
    init(query: [String: String]) throws(ControlError) {
        var members = RequestMembers(query: query)
        selection = try QueueSelection(&members, isRequired: false)
        showsAddresses = try members.flag("addresses")
        tellsProgress = try members.flag("progress")
        try members.end()
    }

    /// The query of a request.
    var query: [String: String] {
        var query = selection.query
        query["addresses"] = showsAddresses ? "true" : nil
        query["progress"] = tellsProgress ? "true" : nil
        return query
    }
}
