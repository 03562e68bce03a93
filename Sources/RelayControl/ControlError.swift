/// Why a request at the control socket was not done.
package enum ControlError: Error, Equatable {
    /// The request makes no sense; what is wrong with it.
    case badRequest(String)
    /// The peer may not do this.
    case forbidden(String)
    /// There is no such thing.
    case notFound(String)
    /// The path exists, with another method.
    case methodNotAllowed(allowed: String)
    /// It cannot be done now.
    case unavailable(String)
    /// The peer went away before it had all of the answer.
    case clientGone

    /// The HTTP status that says so.
    var status: Int {
        switch self {
        case .badRequest: 400
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .unavailable, .clientGone: 503
        }
    }

    /// The sentence for the person at the other end.
    package var text: String {
        switch self {
        case .badRequest(let text), .forbidden(let text), .notFound(let text), .unavailable(let text): text
        case .methodNotAllowed(let allowed): "use \(allowed)"
        case .clientGone: "the client is gone"
        }
    }
}
