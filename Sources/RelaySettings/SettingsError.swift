/// Why a file that the configuration names cannot be used.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case unreadable(path: String, reason: String)
    case tooLarge(path: String, limit: Int)
    case emptySecret(String)

    package var description: String {
        switch self {
        case .missing(let path), .unreadable(let path, _), .tooLarge(let path, _), .emptySecret(let path):
            "\(path): \(reason)"
        }
    }

    /// What is wrong, without the path.
    package var reason: String {
        switch self {
        case .missing: "no such file"
        case .unreadable(_, let reason): reason
        case .tooLarge(_, let limit): "larger than \(limit) bytes"
        case .emptySecret: "empty"
        }
    }
}
