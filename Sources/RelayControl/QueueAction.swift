/// What an operator does to shares.
package enum QueueAction: Equatable, Sendable {
    /// Mail waits until it is released.
    case hold(reason: String?)
    /// Held mail goes on its way: as it was judged when it came, or as the policy judges it now.
    case release(isJudged: Bool?)
    /// Waiting mail is tried now.
    case retry
    /// Mail fails now, and its sender is told with this text.
    case bounce(text: String?)
    /// Mail leaves by another stream.
    case reroute(into: String)
    /// Mail is removed; nobody is told.
    case delete

    /// The last word of the request's path.
    package var name: String {
        switch self {
        case .hold: "hold"
        case .release: "release"
        case .retry: "retry"
        case .bounce: "bounce"
        case .reroute: "reroute"
        case .delete: "delete"
        }
    }

    /// What is said of a share that it was done to.
    package var result: String {
        switch self {
        case .hold: "held"
        case .release: "released"
        case .retry: "retried"
        case .bounce: "bounced"
        case .reroute: "rerouted"
        case .delete: "deleted"
        }
    }

    /// The action of a path's last word with the members that belong to it; nil: there is none of that name.
    init?(_ name: String, _ members: inout RequestMembers) throws(ControlError) {
        switch name {
        case "hold": self = .hold(reason: try members.text("reason"))
        case "release": self = .release(isJudged: try members.choice("judge"))
        case "retry": self = .retry
        case "bounce": self = .bounce(text: try members.text("text"))
        case "reroute": self = .reroute(into: try members.requiredText("into"))
        case "delete": self = .delete
        default: return nil
        }
    }

    static let names: Set = ["hold", "release", "retry", "bounce", "reroute", "delete"]
}

/// An action and what it is done to: the body of a request.
package struct QueueOrder: Equatable, Sendable {
    package var action: QueueAction
    package var selection: QueueSelection
    /// Whether to hear now and then how far it is.
    package var tellsProgress: Bool

    package init(_ action: QueueAction, on selection: QueueSelection, tellsProgress: Bool = false) {
        self.action = action
        self.selection = selection
        self.tellsProgress = tellsProgress
    }

    /// Reads a body; nil: there is no action of that name.
    init?(_ name: String, body: [UInt8]) throws(ControlError) {
        var members = try RequestMembers(body: body)
        guard let action = try QueueAction(name, &members) else { return nil }
        self.action = action
        selection = try QueueSelection(&members, isRequired: true)
        tellsProgress = try members.flag("progress")
        try members.end()
    }

    /// The body of a request.
    func body() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.writeMembers(of: selection)
            switch action {
            case .hold(let reason?): json.member("reason", reason)
            case .bounce(let text?): json.member("text", text)
            case .reroute(let stream): json.member("into", stream)
            case .release(isJudged: let isJudged?): json.member("judge", isJudged)
            case .hold(nil), .bounce(nil), .release(isJudged: nil), .retry, .delete: break
            }
            if tellsProgress { json.member("progress", true) }
        }
        return json.bytes
    }
}

/// What became of one share, or of an ID that names none.
package struct ActionDocument: Decodable, Sendable {
    package var id: String
    /// `held`, `released`, `retried`, `bounced`, `rerouted`, `deleted`, `discarded`; nil if it was not done.
    package var result: String?
    /// Of mail that was judged again: why it came to that.
    package var reason: String?
    /// Why it was not done.
    package var error: String?

    package init(id: String, result: String? = nil, reason: String? = nil, error: String? = nil) {
        self.id = id
        self.result = result
        self.reason = reason
        self.error = error
    }
}

/// How far a walk over the queue is: told between the documents of a list, to those who ask.
package struct WalkProgress: Decodable, Equatable, Sendable {
    /// Shares looked at.
    package var examined: Int
    /// Shares there are to look at.
    package var total: Int

    package init(examined: Int, total: Int) {
        self.examined = examined
        self.total = total
    }
}

extension JSONWriter {
    mutating func write(_ done: ActionDocument) {
        object { json in
            json.member("id", done.id)
            json.member("result", done.result)
            json.member("reason", done.reason)
            json.member("error", done.error)
        }
    }

    mutating func write(_ progress: WalkProgress) {
        object { json in
            json.member("examined", progress.examined)
            json.member("total", progress.total)
        }
    }
}
