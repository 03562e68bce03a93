/// A regular expression as POSIX calls it extended (IEEE 1003.1, chapter 9.4), for the `regex` match type.
///
/// What it matches is the leftmost, and of those the longest. Time is linear in the text: an automaton
/// reads each byte once, and nothing is tried twice. Texts are UTF-8: `.` and brackets stand for
/// characters; a byte that is not ASCII counts as a character of its own as well, so that text in another set is
/// matched too. Beyond POSIX `\d \w \s \D \W \S` are known. Back references and look-around are not.
struct RegularExpression: Sendable {
    /// Number of groups whose places are told, group 0, the whole match, apart.
    let groupCount: Int
    let program: RegexProgram
    /// With all its states, if they are few; else one that knows only where to begin.
    let automaton: RegexAutomaton

    /// Compiles a pattern; `ignoresCase` takes ASCII letters for equal (`i;ascii-casemap`).
    init(_ pattern: [UInt8], ignoresCase: Bool) throws(RegexError) {
        var parser = RegexParser(pattern, ignoresCase: ignoresCase)
        let node = try parser.parse()
        groupCount = min(parser.groupCount, Limits.regexGroupCount)
        program = try RegexProgram(node, groupCount: groupCount)
        automaton = RegexAutomaton(program).explored()
    }

    /// Whether the pattern is found in the text, and where: the whole match, then each group; nil for
    /// a group that took no part. Throws if a hostile pattern makes more work than the limit allows.
    func firstMatch(in text: [UInt8]) throws(RegexFault) -> [Range<Int>?]? {
        guard try isFound(in: text) else { return nil }
        var search = RegexCaptures(program, groupCount: groupCount)
        return try text.withUnsafeBufferPointer { text throws(RegexFault) in try search.firstMatch(in: text) }
    }

    /// Whether the pattern is found in the text; several times faster than to ask where.
    func isFound(in text: [UInt8]) throws(RegexFault) -> Bool {
        var scan = RegexScan(self)
        try scan.take(text[...])
        return scan.finish()
    }
}

extension RegularExpression {
    /// The same at the expense of a run.
    func firstMatch(in text: [UInt8], _ work: inout WorkBudget) throws(SieveFault) -> [Range<Int>?]? {
        guard try isFound(in: text, &work) else { return nil }
        var search = RegexCaptures(program, groupCount: groupCount)
        search.workLimit = min(Limits.regexCaptureWorkCount, work.left / WorkCost.captureStep)
        let found: [Range<Int>?]?
        do throws(RegexFault) {
            found = try text.withUnsafeBufferPointer { text throws(RegexFault) in
                try search.firstMatch(in: text)
            }
        } catch {
            throw .unfit(Self.tooMuch)
        }
        try work.spend(search.workCount * WorkCost.captureStep)
        return found
    }

    /// The same at the expense of a run.
    func isFound(in text: [UInt8], _ work: inout WorkBudget) throws(SieveFault) -> Bool {
        var scan = RegexScan(self, workLimit: min(Limits.regexWorkCount, work.left / WorkCost.regexStep))
        do throws(RegexFault) { try scan.take(text[...]) } catch { throw .unfit(Self.tooMuch) }
        try work.spend(scan.workCount * WorkCost.regexStep)
        return scan.finish()
    }

    private static let tooMuch = "a regular expression makes too much work"

    /// What it takes in memory, roughly.
    var byteCount: Int { program.instructions.count * 32 + automaton.byteCount }
}

/// Why a pattern does not compile, and where in it.
struct RegexError: Error, Equatable {
    enum Reason: String {
        case nothingToRepeat = "nothing before it to repeat"
        case unclosedGroup = "\"(\" without \")\""
        case unopenedGroup = "\")\" without \"(\""
        case unclosedBracket = "\"[\" without \"]\""
        case badRange = "the range ends before it begins"
        case unknownClass = "unknown character class"
        case badBound = "not a repeat count from 0 to 1000"
        case backReference = "back references are not supported"
        case unknownEscape = "unknown escape"
        case trailingBackslash = "a backslash ends it"
        case tooDeep = "groups nested too deep"
        case tooLarge = "too large when written out"
        case notUTF8 = "not UTF-8"
    }

    let reason: Reason
    /// Bytes before the place in the pattern.
    let offset: Int
}

/// The work for a text exceeds what one test may cost; only patterns made for it come here.
struct RegexFault: Error, Equatable {}

/// Looks for a pattern in a text that comes in windows.
struct RegexScan: Sendable {
    private var automaton: RegexAutomaton
    private var state: Int
    /// The pattern was found; what follows cannot change that.
    private(set) var isFound: Bool
    private var hasBegun = false

    init(_ expression: RegularExpression, workLimit: Int = Limits.regexWorkCount) {
        automaton = expression.automaton
        automaton.workLimit = workLimit
        state = automaton.start
        isFound = automaton.isMatch(state)
    }

    /// Steps through states that were not known.
    var workCount: Int { automaton.workCount }

    /// Takes the next bytes of the text.
    mutating func take(_ window: ArraySlice<UInt8>) throws(RegexFault) {
        guard !isFound, !window.isEmpty else { return }
        hasBegun = true
        isFound = try window.withUnsafeBufferPointer { bytes throws(RegexFault) in
            try automaton.run(bytes, from: &state)
        }
    }

    /// Whether the pattern was found; there must be no more text.
    func finish() -> Bool { isFound || automaton.isMatchAtEnd(state, isEmptyText: !hasBegun) }
}

/// Regular expressions for those who set the engine up.
package enum SieveExpression {
    /// What the first group, or the whole where there is none, stands for in the first match; nil: there is no match.
    package static func firstGroup(of expression: String, in text: String) -> String? {
        let bytes = Array(text.utf8)
        // An expression that is none, or that makes too much work, matches nothing.
        guard let regex = try? RegularExpression(Array(expression.utf8), ignoresCase: false),
            let found = try? regex.firstMatch(in: bytes), let whole = found.first
        else { return nil }
        return (found.count > 1 ? found[1] : whole).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
}
