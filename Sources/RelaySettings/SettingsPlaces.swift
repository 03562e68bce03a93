/// Where things stand in a configuration file: for findings that come up once it was read, at a reload or online.
///
/// The file is read again for it, so that settings in force need not carry places along.
package struct SettingsPlaces: Sendable {
    private let file: String
    private let root: Node

    /// A file that cannot be read has all of its places at its start.
    package init(path: String, environment: SettingsEnvironment = .system) {
        file = path
        // Why it cannot be read, whoever loads it says.
        root = (try? Self.root(of: path, environment)) ?? .mapping([], .start)
    }

    private static func root(
        of path: String, _ environment: SettingsEnvironment
    ) throws -> Node {
        var document = DocumentReader(try environment.read(path, Limits.fileByteCount))
        return try document.document() ?? .mapping([], .start)
    }

    /// A finding about the value that these names lead to, `["streams", "office", "smarthosts", "1"]`: items of a list
    /// count from 0. Where one of them is not there the finding stands at what leads to it.
    package func finding(
        _ severity: SettingsFinding.Severity, _ text: String, at names: [String]
    ) -> SettingsFinding {
        let place = names.reduce(into: (node: root, isLost: false)) { way, name in
            guard !way.isLost, let next = way.node.child(name) else {
                way.isLost = true
                return
            }
            way.node = next
        }.node.place
        return SettingsFinding(
            file: file, line: place.line, column: place.column, severity: severity, text: text)
    }
}

extension Node {
    fileprivate func child(_ name: String) -> Node? {
        switch self {
        case .mapping(let entries, _): entries.first { $0.key.text == name }?.value
        case .sequence(let nodes, _): Int(name).flatMap { nodes.indices.contains($0) ? nodes[$0] : nil }
        case .scalar, .refused: nil
        }
    }
}
