/// What `detect` looks for in text.
enum Detector: String, CaseIterable, Sendable {
    /// A payment card's number: known issuer and length, check digit by Luhn; blanks or hyphens between groups.
    case cardNumber = "card-number"
    /// An international bank account number (ISO 13616): the country's length, check digits modulo 97.
    case iban
    /// A social security number of the United States, `123-45-6789`, of a range that was given out.
    case socialSecurityUS = "ssn-us"
    /// A citizen service number of the Netherlands: nine digits that pass the test of eleven.
    case citizenServiceNL = "bsn-nl"
    /// A private key in PEM, or the head of one in another armour.
    case privateKey = "private-key"
}

/// A value that a detector found.
struct Detection: Hashable, Sendable {
    let detector: Detector
    /// Without blanks and hyphens: equal values are one. Not for logs.
    let value: [UInt8]

    /// The value as a log may show it: `4111********1111`.
    var masked: String {
        guard detector != .privateKey else { return String(decoding: value, as: UTF8.self) }
        let (front, back) = detector == .cardNumber || detector == .iban ? (4, 4) : (0, 2)
        return String(
            decoding: value.indices.map { $0 < front || $0 >= value.count - back ? value[$0] : ASCII.star },
            as: UTF8.self)
    }
}

/// Looks for values in texts that come in windows, in one pass; the texts of all parts may follow each other,
/// each with a `finish()` behind it.
struct DetectorScan: Sendable {
    /// The different values found, in the order of the texts; no more than the limit allows.
    private(set) var detections: [Detection] = []
    private let detectors: [Detector]
    private var known: Set<Detection> = []
    /// The end of the last window, which a value may begin in; its first byte stands behind nothing of the text.
    private var pending: [UInt8] = []
    /// How many bytes at the front of `pending` were looked at and are there only as what stands before.
    private var seenByteCount = 0

    init(_ detectors: Set<Detector>) { self.detectors = Detector.allCases.filter(detectors.contains) }

    /// The different values of one detector.
    func count(of detector: Detector) -> Int { detections.count { $0.detector == detector } }

    /// Takes the next bytes of the text.
    mutating func take(_ window: ArraySlice<UInt8>) {
        pending += window
        guard pending.count >= seenByteCount + 2 * Self.reach else { return }
        search(upTo: pending.count - Self.reach)
    }

    /// Ends a text: what follows is another one.
    mutating func finish() {
        search(upTo: pending.count)
        pending = []
        seenByteCount = 0
    }

    /// The longest value with blanks in it, and what must stand around it.
    private static let reach = 128

    /// Looks at all places up to `end` and keeps what stands before it.
    private mutating func search(upTo end: Int) {
        var found: [Detection] = []
        pending.withUnsafeBufferPointer { text in
            var place = seenByteCount
            while place < end {
                place += 1
                let start = place - 1
                guard Self.mayBegin[Int(text[start])],
                    start == 0 || !Self.isWordByte(text[start - 1])
                else { continue }
                for detector in detectors {
                    if let value = detector.value(in: text, at: start) {
                        found.append(Detection(detector: detector, value: value))
                    }
                }
            }
        }
        for detection in found where detections.count < Limits.detectionCount {
            if known.insert(detection).inserted { detections.append(detection) }
        }
        let kept = min(end, Self.reach)
        pending.removeFirst(end - kept)
        seenByteCount = kept
    }

    /// Letters, digits, and what is not ASCII.
    static func isWordByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x80
    }

    private static let mayBegin: [Bool] = (0...255).map { (byte: UInt8) in
        ASCII.isDigit(byte) || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == UInt8(ascii: "-")
    }
}
