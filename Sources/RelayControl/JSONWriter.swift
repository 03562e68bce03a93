/// Writes JSON (RFC 8259) into bytes: members keep the order in which they are written.
///
/// Foundation's encoder gives members in an order of its own and takes ten times as long for a line of
/// `queue list`, of which there may be a million.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// Starts anew and keeps the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// An object with the members that the body writes.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// A line feed, between the documents of a list.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// A member that is text, or null.
    package mutating func member(_ name: String, _ value: String?) {
        begin(name)
        if let value { string(value) } else { scalar("null") }
    }

    /// A member that is a number, or null.
    package mutating func member(_ name: String, _ value: Int?) {
        begin(name)
        scalar(value.map(String.init) ?? "null")
    }

    package mutating func member(_ name: String, _ value: Bool) {
        begin(name)
        scalar(value ? "true" : "false")
    }

    /// A member that is an array of texts.
    package mutating func member(_ name: String, _ values: [String]) {
        begin(name)
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for value in values {
                json.separate()
                json.string(value)
            }
        }
    }

    /// A member that is an object.
    package mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
        begin(name)
        object(body)
    }

    /// A member that is an array of objects, one for each value.
    package mutating func member<Value>(
        _ name: String, of values: [Value], _ body: (inout JSONWriter, Value) -> Void
    ) {
        begin(name)
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for value in values { json.object { body(&$0, value) } }
        }
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func begin(_ name: String) {
        separate()
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func scalar(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case ..<0x20, 0x7F: bytes.append(contentsOf: Self.escaped(byte))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
