/// Where something stands in a file; both count from 1.
struct Place: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int

    static let start = Place(line: 1, column: 1)

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value of the file before anybody asked what it means: text stays text.
indirect enum Node: Hashable, Sendable {
    struct Scalar: Hashable, Sendable {
        var text: String
        /// Written without quotes.
        var isPlain: Bool
        var place: Place

        /// Nothing at all, `null` or `~`, without quotes.
        var isNull: Bool { isPlain && ["", "~", "null"].contains(text) }
    }

    struct Entry: Hashable, Sendable {
        var key: Scalar
        var value: Node
    }

    case scalar(Scalar)
    case sequence([Node], Place)
    /// In the order of the file; a key may be there twice.
    case mapping([Entry], Place)
    /// Something that was told to be wrong already.
    case refused(Place)

    var place: Place {
        switch self {
        case .scalar(let scalar): scalar.place
        case .sequence(_, let place), .mapping(_, let place), .refused(let place): place
        }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = self { scalar.isNull } else { false }
    }

    /// For a finding's "found …".
    var shown: String {
        switch self {
        case .scalar(let scalar): scalar.isNull ? "nothing" : quoted(scalar.text)
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "another value"
        }
    }
}

/// A piece of the file as a finding shows it: in quotes, on one line, not too long.
func quoted(_ text: String) -> String {
    let shown = text.prefix(Limits.shownCharacterCount)
    let clean = shown.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : String($0) }
    return "\"" + clean.joined() + (shown.endIndex < text.endIndex ? "…" : "") + "\""
}
