import MailSyntax

extension Reader where Value == Bool {
    static var bool: Reader { .scalar("true or false") { ["true": true, "false": false][$0] } }
}

extension Reader where Value == Int {
    static func count(_ range: ClosedRange<Int>) -> Reader {
        Reader.scalar("a whole number", Decimal.read)
            .limited(to: range) { "\($0)" }
    }

    static func byteCount(_ range: ClosedRange<Int>) -> Reader {
        Reader.scalar("a size such as 512 KiB or 25 MB", Units.byteCount)
            .limited(to: range) { Units.text(byteCount: $0) }
    }
}

extension Reader where Value == Duration {
    static func duration(_ range: ClosedRange<Duration>) -> Reader {
        Reader.scalar("a duration such as 30s, 15m, 4h or 5d", Units.duration)
            .limited(to: range) { Units.text($0) }
    }
}

extension Reader where Value: Comparable {
    fileprivate func limited(
        to range: ClosedRange<Value>, _ text: @escaping @Sendable (Value) -> String
    ) -> Reader where Value: Sendable {
        let expected = "\(text(range.lowerBound)) to \(text(range.upperBound))"
        return Reader(below: below) { item, reading in
            guard let value = read(item, &reading) else { return nil }
            if range.contains(value) { return value }
            reading.mismatch(item, expected: expected)
            return nil
        }
    }
}

extension Reader where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of the cases by its raw value. `later` are words of the contract that this version refuses.
    static func choice(later: [String] = []) -> Reader {
        let words = Value.allCases.map(\.rawValue)
        return Reader { item, reading in
            guard let text = item.node.text else {
                reading.mismatch(item, expected: "one of " + words.joined(separator: ", "))
                return nil
            }
            if let value = Value(rawValue: text) { return value }
            let hint =
                later.contains(text)
                ? "; it is not built in this version" : Suggestion.question(for: text, among: words)
            reading.error(
                item, "expected one of \(words.joined(separator: ", ")), found \(quoted(text))\(hint)")
            return nil
        }
    }
}

extension Reader where Value == Address {
    static var address: Reader {
        .scalar("an address such as postmaster@office.example") { text in
            Address(text).flatMap { $0.domain.isEmpty ? nil : $0 }
        }
    }
}

extension Reader where Value == Glob {
    static var glob: Reader {
        .scalar("a pattern such as \"*@office.example\"") { $0.isEmpty ? nil : Glob($0) }
    }
}

extension Reader where Value == String {
    /// Text for the wire: something, and no line end or other control character in it.
    static func line(_ expected: String, byteCountLimit: Int) -> Reader {
        .scalar("\(expected) of at most \(byteCountLimit) bytes") { text in
            let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            return isClean && !text.isEmpty && text.utf8.count <= byteCountLimit ? text : nil
        }
    }

    /// A name in EHLO: with a dot, since smart hosts refuse others.
    static var hostname: Reader {
        Reader.scalar("a host name such as relay.office.example") { HostName.isValid($0) ? $0 : nil }
            .checked { name, item, reading in
                if !name.contains(".") {
                    reading.error(item, "\(quoted(name)) has no dot; write the full name")
                }
            }
    }

    /// The name of something that is configured elsewhere in the file.
    static func reference(_ kind: Reading.NameKind) -> Reader {
        Reader.scalar("the name of a \(kind.rawValue)") { $0 }
            .checked { name, item, reading in reading.use(kind, name, item) }
    }

    static var headerName: Reader {
        .scalar("the name of a header field") { HeaderName.isValid($0) ? $0 : nil }
    }
}

extension Reader where Value == ReturnPathTemplate {
    static var returnPath: Reader {
        Reader { item, reading in
            guard let text = item.node.text else {
                reading.mismatch(item, expected: expectedReturnPath)
                return nil
            }
            do throws(ReturnPathTemplate.Mistake) {
                return try ReturnPathTemplate(text)
            } catch {
                reading.tell(error, item)
                return nil
            }
        }
    }
}

private let expectedReturnPath = "an address such as bounce+{token}@office.example"

extension Reading {
    fileprivate mutating func tell(_ mistake: ReturnPathTemplate.Mistake, _ item: Item) {
        switch mistake {
        case .unbalancedBrace: error(item, "a brace without its other half")
        case .noAddress: mismatch(item, expected: expectedReturnPath)
        case .unknownPlaceholder(let name):
            let names = ReturnPathTemplate.Placeholder.allCases.map(\.rawValue)
            let question = Suggestion.question(for: name, among: names)
            let hint = question.isEmpty ? "; there are " + names.joined(separator: ", ") : question
            error(item, "unknown placeholder \(quoted(name))\(hint)")
        }
    }
}

extension Reader {
    /// A mapping of header field names to something.
    static func headerFields<Content, Each>(
        _ content: Reader<Content>, _ make: @escaping @Sendable (_ name: String, Content) -> Each
    ) -> Reader where Value == [Each] {
        Reader { item, reading in
            if item.node.isNull { return [] }
            guard let entries = reading.entries(of: item) else { return nil }
            return entries.compactMap { entry in
                let name = entry.key.text
                if HeaderName.isValid(name) {
                    return content.read(item.named(entry), &reading).map { make(name, $0) }
                }
                let text = "\(item.path): \(quoted(name)) is not the name of a header field"
                reading.error(text, at: entry.key.place)
                return nil
            }
        }
    }
}

/// Field names (RFC 5322 section 2.2): printable ASCII without the colon.
enum HeaderName {
    static func isValid(_ text: String) -> Bool {
        (1...76).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ":") }
    }
}

/// Host names (RFC 1123 section 2.1); an underscore is taken, since resolvers take it.
enum HostName {
    static func isValid(_ text: String) -> Bool {
        guard (1...Address.domainByteCountLimit).contains(text.utf8.count) else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, Decimal.read(last) == nil else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isASCIILetterOrDigit($0) || $0 == 0x2d || $0 == 0x5f }
        }
    }
}
