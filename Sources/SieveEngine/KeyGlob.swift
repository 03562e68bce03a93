/// The key of a `:matches` test: `*` stands for any text, `?` for one character, a backslash takes
/// the meaning off what follows it (RFC 5228 section 2.7.1).
///
/// The key is cut at its stars. Each stretch between two stars is looked for once, from the left, behind
/// the one before it: what fits the key at all fits it so, and there is nothing to go back to.
struct KeyGlob: Sendable {
    /// The bytes between two stars; nil stands for `?`.
    private struct Stretch: Sendable {
        var units: [UInt8?] = []
        /// The same without `?`: such a stretch is found by a plain search.
        var plain: [UInt8]? = []

        mutating func append(_ unit: UInt8?) {
            units.append(unit)
            if let unit { plain?.append(unit) } else { plain = nil }
        }
    }

    private let first: Stretch
    /// Behind the first star and between stars.
    private let middle: [Stretch]
    /// Behind the last star; nil: there is none.
    private let last: Stretch?

    init(_ key: [UInt8]) {
        var stretches = [Stretch()]
        var isEscaped = false
        for byte in key {
            if !isEscaped, byte == ASCII.backslash {
                isEscaped = true
            } else if !isEscaped, byte == ASCII.star {
                stretches.append(Stretch())
            } else {
                let isAny = !isEscaped && byte == ASCII.question
                stretches[stretches.count - 1].append(isAny ? nil : byte)
                isEscaped = false
            }
        }
        if isEscaped { stretches[stretches.count - 1].append(ASCII.backslash) }
        first = stretches.removeFirst()
        last = stretches.popLast()
        middle = stretches.filter { !$0.units.isEmpty }
    }

    /// Whether the whole value fits.
    func matches(_ value: [UInt8]) -> Bool {
        guard var place = Self.end(of: first, in: value, at: 0) else { return false }
        guard let last else { return place == value.count }
        for stretch in middle {
            guard let end = Self.find(stretch, in: value, from: place) else { return false }
            place = end
        }
        return Self.isSuffix(last, of: value, notBefore: place)
    }

    /// The end of the first occurrence at or behind `start`.
    private static func find(_ stretch: Stretch, in value: [UInt8], from start: Int) -> Int? {
        if let plain = stretch.plain {
            return ByteSearch.first(plain, in: value, from: start).map { $0 + plain.count }
        }
        var place = start
        while place <= value.count {
            if let end = end(of: stretch, in: value, at: place) { return end }
            place = characterEnd(value, place)
        }
        return nil
    }

    /// Where the stretch ends if it begins at `start`.
    private static func end(of stretch: Stretch, in value: [UInt8], at start: Int) -> Int? {
        var place = start
        for unit in stretch.units {
            guard place < value.count else { return nil }
            if let unit {
                guard value[place] == unit else { return nil }
                place += 1
            } else {
                place = characterEnd(value, place)
            }
        }
        return place
    }

    /// Read from the end, since it has to end there.
    private static func isSuffix(_ stretch: Stretch, of value: [UInt8], notBefore start: Int) -> Bool {
        var place = value.count
        for unit in stretch.units.reversed() {
            guard place > start else { return false }
            place -= 1
            if let unit {
                guard value[place] == unit else { return false }
            } else {
                while place > start, isContinuation(value[place]) { place -= 1 }
            }
        }
        return true
    }

    /// Behind the character at `place`, or behind the end for the end itself.
    private static func characterEnd(_ value: [UInt8], _ place: Int) -> Int {
        var next = place + 1
        while next < value.count, isContinuation(value[next]) { next += 1 }
        return next
    }

    /// Such bytes of UTF-8 go on with the character before them.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
