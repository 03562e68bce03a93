/// What an operator does to shares.
package enum QueueAction: String, CaseIterable, Sendable {
    /// Held mail goes on its way.
    case release
    /// Waiting mail is tried now.
    case retry
    /// Mail is removed; nobody is told.
    case delete
}

/// What became of one share, or of an ID that names none.
package struct ActionDocument: Decodable, Sendable {
    package var id: String
    /// `released`, `retried`, `deleted`; nil if it was not done.
    package var result: String?
    /// Why it was not done.
    package var error: String?

    package init(id: String, result: String? = nil, error: String? = nil) {
        self.id = id
        self.result = result
        self.error = error
    }
}

extension JSONWriter {
    mutating func write(_ done: ActionDocument) {
        object { json in
            json.member("id", done.id)
            json.member("result", done.result)
            json.member("error", done.error)
        }
    }
}
