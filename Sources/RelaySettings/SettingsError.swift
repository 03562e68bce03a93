/// Why a file that the configuration names cannot be used.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case unreadable(path: String, reason: String)
    case tooLarge(path: String, limit: Int)
    case emptySecret(String)

    package var description: String {
        switch self {
        case .missing(let path): "\(path): no such file"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes"
        case .emptySecret(let path): "\(path): empty"
        }
    }
}
