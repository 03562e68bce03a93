/// An event as an ordered list of fields, ready for the journal: `NAME=value` one after the other in one
/// buffer. Values hold no control characters and no secrets; a name may stand more than once.
package struct EventFields: Sendable {
    /// Where a field stands in `bytes`.
    package struct Place: Sendable {
        /// The name, the equals sign and the value.
        package let whole: Range<Int>
        /// The value alone.
        package let value: Range<Int>
        /// The name alone.
        var name: Range<Int> { whole.lowerBound..<value.lowerBound - 1 }
    }

    /// When the event was told, in milliseconds since 1970.
    package let toldAt: Int64
    /// How much it matters.
    package let level: EventLevel
    /// All fields.
    package private(set) var bytes: [UInt8] = []
    /// One place a field, in order.
    package private(set) var places: [Place] = []

    init(toldAt: Int64, level: EventLevel) {
        self.toldAt = toldAt
        self.level = level
        bytes.reserveCapacity(1024)
        places.reserveCapacity(24)
    }

    /// The fields as text, for those that read them by name.
    package var pairs: [(name: String, value: String)] {
        places.map { place in
            (
                String(decoding: bytes[place.name], as: UTF8.self),
                String(decoding: bytes[place.value], as: UTF8.self)
            )
        }
    }

    /// The first value of a name.
    package func value(of name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// Adds a field, unless there is no value.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        let valueStart = bytes.count
        bytes.append(contentsOf: value.utf8)
        cutValue(from: valueStart)
        cleanValue(from: valueStart)
        places.append(Place(whole: start..<bytes.count, value: valueStart..<bytes.count))
    }

    /// `outbound.sieve:14`, or `outbound.sieve:14 (cards)` of a rule that has a name.
    mutating func add(rule: String?) {
        guard let rule, rule.last == ")", let name = rule.firstRange(of: " (") else {
            return add("POSTERN_RULE", rule)
        }
        add("POSTERN_RULE", String(rule[..<name.lowerBound]))
        add("POSTERN_RULE_NAME", String(rule[name.upperBound...].dropLast()))
    }

    mutating func add(_ name: String, _ number: Int?) { add(name, number.map(String.init)) }

    /// Cuts a value that is too long, between two characters.
    private mutating func cutValue(from start: Int) {
        guard bytes.count - start > Limits.valueByteCount else { return }
        var end = start + Limits.valueByteCount
        while end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        bytes.removeSubrange(end...)
    }

    /// Replaces control characters, which would make journalctl hide the field and terminals obey it.
    private mutating func cleanValue(from start: Int) {
        let question = UInt8(ascii: "?")
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F {
                bytes[index] = byte == 0x09 || byte == 0x0A || byte == 0x0D ? 0x20 : question
            } else if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] < 0xA0 {
                // U+0080 to U+009F.
                bytes[index] = question
                bytes[index + 1] = question
            }
            index += 1
        }
    }
}
