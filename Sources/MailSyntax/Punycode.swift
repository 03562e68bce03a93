/// Characters beyond ASCII as the letters and digits of a label (RFC 3492).
///
/// First come those that are ASCII, then, behind a hyphen, how far it is from one of the others to the next: in their
/// order, and over all the places where they might stand.
enum Punycode {
    // RFC 3492 section 5
    private static let base = 36
    private static let smallestThreshold = 1
    private static let largestThreshold = 26
    private static let skew = 38
    private static let damp = 700
    private static let firstBias = 72
    private static let firstBeyondASCII = 0x80

    /// The label without its `xn--`. It is no longer than a domain may be, or the distances grow without end.
    static func encode(_ label: some Collection<Unicode.Scalar>) -> String {
        let characters = label.map { Int($0.value) }
        var text = String(String.UnicodeScalarView(label.filter(\.isASCII)))
        let plainCount = text.utf8.count
        if plainCount > 0 { text.append("-") }
        var (handledCount, next, bias, delta) = (plainCount, firstBeyondASCII, firstBias, 0)
        while let smallest = characters.filter({ $0 >= next }).min() {
            delta += (smallest - next) * (handledCount + 1)
            for character in characters {
                if character < smallest { delta += 1 }
                guard character == smallest else { continue }
                append(delta, bias, to: &text)
                bias = adapted(delta, isFirst: handledCount == plainCount, count: handledCount + 1)
                (delta, handledCount) = (0, handledCount + 1)
            }
            delta += 1
            next = smallest + 1
        }
        return text
    }

    /// A number of digits whose weights depend on their place; the last is the one below its threshold.
    private static func append(_ number: Int, _ bias: Int, to text: inout String) {
        var (rest, place) = (number, base)
        while true {
            let threshold = min(max(place - bias, smallestThreshold), largestThreshold)
            guard rest >= threshold else { break }
            text.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
        text.append(digit(rest))
    }

    /// `a` to `z`, then `0` to `9`.
    private static func digit(_ value: Int) -> Character {
        Character(Unicode.Scalar(UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)))
    }

    /// RFC 3492 section 6.1
    private static func adapted(_ delta: Int, isFirst: Bool, count: Int) -> Int {
        var rest = isFirst ? delta / damp : delta / 2
        rest += rest / count
        var place = 0
        while rest > (base - smallestThreshold) * largestThreshold / 2 {
            rest /= base - smallestThreshold
            place += base
        }
        return place + (base - smallestThreshold + 1) * rest / (rest + skew)
    }
}
