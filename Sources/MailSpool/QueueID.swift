import MailSyntax
import Synchronization

/// The name of a transaction for ever: 13 characters of Crockford's base32, ordered by time.
///
/// The upper 44 bits are milliseconds since 1970, the lower 20 are drawn by chance: who sends a message cannot
/// tell its ID beforehand, and thus cannot forge the checksums of the entry's records, which cover it.
public struct QueueID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number that the text stands for.
    public let rawValue: UInt64

    /// The ID of a number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Reads exactly what `description` writes.
    public init?(_ text: String) {
        guard text.utf8.count == Self.characterCount else { return nil }
        var value: UInt64 = 0
        for character in text.utf8 {
            let digit = Self.digits[Int(character)]
            guard digit < 32, value >> 59 == 0 else { return nil }
            value = value << 5 | UInt64(digit)
        }
        self.init(value)
    }

    /// Order by time.
    public static func < (left: QueueID, right: QueueID) -> Bool { left.rawValue < right.rawValue }

    /// The 13 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.characterCount) { characters in
            for index in 0..<Self.characterCount {
                let digit = rawValue >> UInt64(5 * (Self.characterCount - 1 - index)) & 31
                characters.initializeElement(at: index, to: Self.alphabet[Int(digit)])
            }
            return Self.characterCount
        }
    }

    private static let characterCount = 13
    /// In the order of ASCII, so that names sort like numbers.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// By character; 32 and above: none.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: .max, count: 256)
        for (digit, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(digit) }
        return digits
    }()
}

/// Recipients of one transaction with equal fate, by entry and number from 1: `ID/2`.
public struct ShareID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The transaction.
    public let entry: QueueID
    /// The place among its shares, from 1.
    public let number: Int

    /// The share of an entry that has this number.
    public init(entry: QueueID, number: Int) {
        self.entry = entry
        self.number = number
    }

    /// Reads exactly what `description` writes.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let entry = QueueID(String(parts[0])), let number = UInt16(parts[1]),
            number > 0, String(number) == parts[1]
        else { return nil }
        self.init(entry: entry, number: Int(number))
    }

    /// Order by time, then by number.
    public static func < (left: ShareID, right: ShareID) -> Bool {
        (left.entry, left.number) < (right.entry, right.number)
    }

    /// `ID/2`
    public var description: String { "\(entry)/\(number)" }
}

/// Makes IDs, each above all that were there before, also when the clock is set back.
final class QueueIDSource: Sendable {
    private let last: Mutex<UInt64>
    private let now: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64

    init(now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64) {
        self.now = now
        self.random = random
        last = Mutex(0)
    }

    func next() -> QueueID {
        let chance = random()
        let moment = UInt64(max(now().millisecondsSince1970, 0)) << 20 | chance & 0xF_FFFF
        return last.withLock { last in
            last = moment > last ? moment : last + 1 + chance >> 20 & 0xFFF
            return QueueID(last)
        }
    }

    /// An entry that is there already.
    func pass(_ id: QueueID) {
        // One so far in the future that none is left above it was never made here.
        guard id.rawValue < Limits.passedID else { return }
        last.withLock { $0 = max($0, id.rawValue) }
    }
}
