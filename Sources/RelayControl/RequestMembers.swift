import FoundationEssentials
import RelaySettings

/// The members of a request's body, or the parameters of its query, taken one by one: what nobody took is unknown.
///
/// FoundationEssentials reads the JSON: the argument parser brings that library along anyway, and a reader of our
/// own would be one more parser of outside bytes.
struct RequestMembers {
    private enum Member: Decodable {
        case text(String)
        case flag(Bool)
        case texts([String])
        case other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            // Each attempt that fails says only that the value is of another type.
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let flag = try? value.decode(Bool.self) {  // as above
                self = .flag(flag)
            } else if let texts = try? value.decode([String].self) {  // as above
                self = .texts(texts)
            } else {
                self = .other
            }
        }
    }

    private let members: [String: Member]
    private let isQuery: Bool
    private var known: Set<String> = []

    /// A JSON object; an empty body is one without members.
    init(body: [UInt8]) throws(ControlError) {
        isQuery = false
        if body.isEmpty {
            members = [:]
            return
        }
        do { members = try JSONDecoder().decode([String: Member].self, from: Data(body)) } catch {
            throw .badRequest("the body is not a JSON object such as {\"ids\": [\"ID\"]}")
        }
    }

    /// `stream=office&addresses=true&ids=A,B`.
    init(query: [String: String]) {
        isQuery = true
        members = query.mapValues(Member.text)
    }

    /// A text that may be left out, of one line and so many bytes.
    mutating func text(
        _ name: String, byteCountLimit: Int = Limits.textByteCount
    ) throws(ControlError) -> String? {
        known.insert(name)
        guard let member = members[name] else { return nil }
        guard case .text(let text) = member else { throw .badRequest("\(name) is a text") }
        guard text.utf8.count <= byteCountLimit else {
            throw .badRequest("\(name) has at most \(byteCountLimit) bytes")
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw .badRequest("\(name) is one line without control characters")
        }
        return text
    }

    /// A text that must be there and say something.
    mutating func requiredText(_ name: String) throws(ControlError) -> String {
        guard let text = try text(name), text.contains(where: { $0 != " " }) else {
            throw .badRequest("\(name) is missing")
        }
        return text
    }

    /// True only if it stands there.
    mutating func flag(_ name: String) throws(ControlError) -> Bool { try choice(name) ?? false }

    /// `true` or `false`; nil: it does not say.
    mutating func choice(_ name: String) throws(ControlError) -> Bool? {
        known.insert(name)
        switch members[name] {
        case nil: return nil
        case .flag(let flag): return flag
        case .text("true") where isQuery: return true
        case .text("false") where isQuery: return false
        default: throw .badRequest("\(name) is true or false")
        }
    }

    /// A list, in a query with commas between.
    mutating func texts(_ name: String, countLimit: Int) throws(ControlError) -> [String]? {
        known.insert(name)
        let texts: [String]
        switch members[name] {
        case nil: return nil
        case .texts(let list): texts = list
        case .text(let text) where isQuery: texts = text.split(separator: ",").map(String.init)
        default: throw .badRequest("\(name) is a list of texts")
        }
        guard texts.count <= countLimit else {
            throw .badRequest("\(name): at most \(countLimit) in one request")
        }
        return texts
    }

    /// A span such as `2h`.
    mutating func span(_ name: String) throws(ControlError) -> Duration? {
        guard let text = try text(name) else { return nil }
        guard let span = Units.duration(text) else {
            throw .badRequest("\(name) is a duration such as 30s, 15m, 4h or 5d")
        }
        return span
    }

    /// Whatever is left is an error.
    func end() throws(ControlError) {
        guard let unknown = members.keys.filter({ !known.contains($0) }).min() else { return }
        let kind = isQuery ? "parameter" : "member"
        let names = known.isEmpty ? "" : "; known are \(known.sorted().joined(separator: ", "))"
        throw .badRequest("unknown \(kind) \"\(unknown)\"\(names)")
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}
