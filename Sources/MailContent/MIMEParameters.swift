/// The parameters of a structured field, continued and encoded ones put together (RFC 2231).
package struct MIMEParameters: Hashable, Sendable {
    private struct Parameter: Hashable, Sendable {
        let name: String
        let value: [UInt8]
    }

    private var list: [Parameter] = []

    init() {}

    init(_ written: [WrittenParameter]) {
        var sections: [String: [Int: WrittenParameter]] = [:]
        var order: [String] = []
        for parameter in written {
            guard let section = parameter.section else {
                list.append(Parameter(name: parameter.name, value: parameter.value))
                continue
            }
            if sections[parameter.name] == nil { order.append(parameter.name) }
            if sections[parameter.name]?[section] == nil {
                sections[parameter.name, default: [:]][section] = parameter
            }
        }
        // The extended form is the better one where both are given (RFC 6266 section 4.3).
        let extended = order.compactMap { name in
            sections[name].flatMap(Self.joined).map { Parameter(name: name, value: $0) }
        }
        list = extended + list
    }

    /// The value as UTF-8, or as the bytes it came in where it tells no character set; `name` is in lower case.
    package subscript(name: String) -> [UInt8]? { list.first { $0.name == name }?.value }

    /// All values of this name: more than one only where the field contradicts itself.
    package func all(named name: String) -> [[UInt8]] { list.filter { $0.name == name }.map(\.value) }

    /// The names in their order.
    package var names: [String] { list.map(\.name) }

    /// Sections 0, 1, 2 … up to the first that is missing.
    private static func joined(_ sections: [Int: WrittenParameter]) -> [UInt8]? {
        guard let first = sections[0] else { return nil }
        let (charset, start) = first.isEncoded ? charset(of: first.value) : (nil, first.value[...])
        var bytes = first.isEncoded ? percentDecoded(start) : Array(start)
        var index = 1
        while let section = sections[index] {
            bytes += section.isEncoded ? percentDecoded(section.value[...]) : section.value
            index += 1
        }
        return charset?.utf8(bytes) ?? bytes
    }

    /// `utf-8'en'text`: the character set, and where the text begins.
    private static func charset(of value: [UInt8]) -> (Charset?, ArraySlice<UInt8>) {
        let parts = value.split(separator: ASCII.apostrophe, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return (nil, value[...]) }
        return (Charset(name: ASCII.lowercased(parts[0])), parts[2])
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap(ASCII.hexValue)
            if byte == ASCII.percent, digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}

/// A parameter as it stands in the field: `filename*1*=%20b`.
struct WrittenParameter {
    let name: String
    /// Its number in a continued value; nil: it is neither continued nor encoded.
    let section: Int?
    /// Its value has a character set or escapes.
    let isEncoded: Bool
    let value: [UInt8]

    /// `name`, `name*`, `name*0` or `name*0*`.
    init(name written: String, value: [UInt8]) {
        let parts = written.split(separator: "*", omittingEmptySubsequences: false)
        self.value = value
        name = String(parts[0])
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch parts.count {
        case 2 where parts[1].isEmpty: (section, isEncoded) = (0, true)
        case 2: (section, isEncoded) = (number, false)
        case 3 where parts[2].isEmpty: (section, isEncoded) = (number, number != nil)
        default: (section, isEncoded) = (nil, false)
        }
    }
}
