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
        middle = stretches
    }

    /// What each wildcard stands for, in the order of the key; nil: the value does not fit.
    func match(_ value: [UInt8], _ work: inout WorkBudget) throws(SieveFault) -> [Range<Int>]? {
        var wildcards: [Range<Int>] = []
        guard var place = Self.end(of: first, in: value, at: 0, &wildcards) else { return nil }
        guard let last else { return place == value.count ? wildcards : nil }
        for stretch in middle {
            guard let start = try Self.find(stretch, in: value, from: place, &work) else { return nil }
            wildcards.append(place..<start)
            place = Self.end(of: stretch, in: value, at: start, &wildcards) ?? start
        }
        guard let start = Self.startOfSuffix(last, of: value, notBefore: place) else { return nil }
        wildcards.append(place..<start)
        _ = Self.end(of: last, in: value, at: start, &wildcards)
        return wildcards
    }

    /// The begin of the first occurrence at or behind `start`.
    private static func find(
        _ stretch: Stretch, in value: [UInt8], from start: Int, _ work: inout WorkBudget
    ) throws(SieveFault) -> Int? {
        if let plain = stretch.plain { return ByteSearch.first(plain, in: value, from: start) }
        var place = start
        var wildcards: [Range<Int>] = []
        while place <= value.count {
            if end(of: stretch, in: value, at: place, &wildcards) != nil { return place }
            // A stretch with question marks may fit up to its last byte at each place.
            try work.spend(stretch.units.count)
            place = characterEnd(value, place)
        }
        return nil
    }

    /// Where the stretch ends if it begins at `start`; then its `?` are added to the wildcards.
    private static func end(
        of stretch: Stretch, in value: [UInt8], at start: Int, _ wildcards: inout [Range<Int>]
    ) -> Int? {
        var place = start
        let count = wildcards.count
        for unit in stretch.units {
            if place < value.count, unit == nil || value[place] == unit {
                let end = unit == nil ? characterEnd(value, place) : place + 1
                if unit == nil { wildcards.append(place..<end) }
                place = end
            } else {
                wildcards.removeLast(wildcards.count - count)
                return nil
            }
        }
        return place
    }

    /// Read from the end, since it has to end there.
    private static func startOfSuffix(
        _ stretch: Stretch, of value: [UInt8], notBefore start: Int
    ) -> Int? {
        var place = value.count
        for unit in stretch.units.reversed() {
            guard place > start else { return nil }
            place -= 1
            if let unit {
                guard value[place] == unit else { return nil }
            } else {
                while place > start, isContinuation(value[place]) { place -= 1 }
            }
        }
        return place
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
