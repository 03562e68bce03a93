/// Takes the deflate compression off bytes that come in windows (RFC 1951).
///
/// Reads a symbol only when all of it must be there, so that a window may end anywhere. Never trusts
/// a length, a distance or a code: what makes no sense ends the stream as broken.
struct Inflate: Sendable {
    enum Outcome: Sendable {
        case wantsMore
        /// The last block has ended.
        case done
        case broken
    }

    private enum State: Sendable {
        case blockHead
        case stored(remaining: Int)
        case symbols
        case done
        case broken
    }

    private var state = State.blockHead
    private var isLastBlock = false
    private var input: [UInt8] = []
    private var next = 0
    private var bits: UInt64 = 0
    private var bitCount = 0
    private var literals = HuffmanTable.fixedLiterals
    private var distances = HuffmanTable.fixedDistances
    /// The last 32 KiB, where matches point.
    private var history = [UInt8](repeating: 0, count: 1 << 15)
    private var written = 0

    /// More than the head of a block with its codes can take.
    private static let headByteCount = 400
    private static let symbolByteCount = 8

    /// Reads from the front of `bytes` and appends what that stands for: up to a thousand times as many. Returns
    /// how many bytes were used; those that were not must come again, with more behind them.
    mutating func take(
        _ bytes: ArraySlice<UInt8>, isLast: Bool, into output: inout [UInt8]
    ) -> (outcome: Outcome, usedByteCount: Int) {
        input = Array(bytes)
        next = 0
        while step(isLast: isLast, into: &output) {}
        giveBack()
        let used = next
        input = []
        switch state {
        case .done: return (.done, used)
        case .broken: return (.broken, used)
        case .blockHead, .stored, .symbols: return (isLast ? .broken : .wantsMore, used)
        }
    }

    /// Whole bytes of the bit buffer were all read in this call, since none is left over from one to the next.
    private mutating func giveBack() {
        next -= bitCount / 8
        bitCount %= 8
        bits &= (1 << UInt64(bitCount)) - 1
    }

    private var availableByteCount: Int { input.count - next + bitCount / 8 }

    /// One block head, one run of symbols or of stored bytes; false when nothing more can be done.
    private mutating func step(isLast: Bool, into output: inout [UInt8]) -> Bool {
        switch state {
        case .blockHead:
            guard isLast || availableByteCount >= Self.headByteCount else { return false }
            readHead()
            return true
        case .stored(let remaining): return copyStored(remaining, into: &output)
        case .symbols:
            while case .symbols = state {
                guard isLast || availableByteCount >= Self.symbolByteCount else { return false }
                readSymbol(into: &output)
            }
            return true
        case .done, .broken: return false
        }
    }

    // MARK: Bits

    private mutating func fill() {
        while bitCount <= 48, next < input.count {
            bits |= UInt64(input[next]) << UInt64(bitCount)
            bitCount += 8
            next += 1
        }
    }

    /// So many bits, at most 16; nil: the stream ends.
    private mutating func take(_ count: Int) -> Int? {
        fill()
        guard bitCount >= count else { return nil }
        let value = Int(bits & ((1 << UInt64(count)) - 1))
        bits >>= UInt64(count)
        bitCount -= count
        return value
    }

    private mutating func decode(_ table: HuffmanTable) -> Int? {
        fill()
        guard let (symbol, count) = table.symbol(of: bits), count <= bitCount else { return nil }
        bits >>= UInt64(count)
        bitCount -= count
        return symbol
    }

    // MARK: Blocks

    private mutating func readHead() {
        guard !isLastBlock else {
            state = .done
            return
        }
        guard let last = take(1), let kind = take(2) else { return fail() }
        isLastBlock = last == 1
        switch kind {
        case 0: readStoredHead()
        case 1:
            (literals, distances) = (.fixedLiterals, .fixedDistances)
            state = .symbols
        case 2: readCodes()
        default: fail()
        }
    }

    private mutating func fail() { state = .broken }

    private mutating func endBlock() { state = isLastBlock ? .done : .blockHead }

    private mutating func readStoredHead() {
        guard take(bitCount % 8) != nil, let count = take(16), let check = take(16), count == check ^ 0xFFFF
        else {
            return fail()
        }
        state = .stored(remaining: count)
    }

    private mutating func copyStored(_ remaining: Int, into output: inout [UInt8]) -> Bool {
        var remaining = remaining
        while remaining > 0, let byte = take(8) {
            emit(UInt8(truncatingIfNeeded: byte), into: &output)
            remaining -= 1
        }
        guard remaining == 0 else {
            state = .stored(remaining: remaining)
            return false
        }
        endBlock()
        return true
    }

    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func readCodes() {
        guard let literalCount = take(5), let distanceCount = take(5), let codeCount = take(4) else {
            return fail()
        }
        var codeLengths = [UInt8](repeating: 0, count: 19)
        for index in 0..<(codeCount + 4) {
            guard let length = take(3) else { return fail() }
            codeLengths[Self.codeOrder[index]] = UInt8(length)
        }
        let count = literalCount + 257 + distanceCount + 1
        guard let codes = HuffmanTable(codeLengths), let lengths = readLengths(count, by: codes),
            let literals = HuffmanTable(Array(lengths[..<(literalCount + 257)])),
            let distances = HuffmanTable(Array(lengths[(literalCount + 257)...]))
        else { return fail() }
        (self.literals, self.distances) = (literals, distances)
        state = .symbols
    }

    private mutating func readLengths(_ count: Int, by codes: HuffmanTable) -> [UInt8]? {
        var lengths: [UInt8] = []
        while lengths.count < count {
            guard let symbol = decode(codes) else { return nil }
            switch symbol {
            case 0...15: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last, let more = take(2) else { return nil }
                lengths += repeatElement(last, count: more + 3)
            case 17:
                guard let more = take(3) else { return nil }
                lengths += repeatElement(0, count: more + 3)
            default:
                guard let more = take(7) else { return nil }
                lengths += repeatElement(0, count: more + 11)
            }
        }
        return lengths.count == count ? lengths : nil
    }

    // MARK: Symbols

    private mutating func readSymbol(into output: inout [UInt8]) {
        guard let symbol = decode(literals) else { return fail() }
        switch symbol {
        case 0...255: emit(UInt8(symbol), into: &output)
        case 256: endBlock()
        case 257...285: copyMatch(symbol - 257, into: &output)
        default: fail()
        }
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
        195, 227, 258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
        4097, 6145,
        8193, 12289, 16385, 24577,
    ]

    private mutating func copyMatch(_ symbol: Int, into output: inout [UInt8]) {
        guard let extra = take(Self.lengthBits[symbol]), let code = decode(distances), code < 30,
            let more = take(max(0, code / 2 - 1))
        else { return fail() }
        let (length, distance) = (Self.lengthBases[symbol] + extra, Self.distanceBases[code] + more)
        guard distance <= written, distance <= history.count else { return fail() }
        for _ in 0..<length { emit(history[(written - distance) & 0x7FFF], into: &output) }
    }

    private mutating func emit(_ byte: UInt8, into output: inout [UInt8]) {
        history[written & 0x7FFF] = byte
        written += 1
        output.append(byte)
    }
}

/// A canonical code: symbols by the length of their code and their order (RFC 1951 section 3.2.2).
struct HuffmanTable: Sendable {
    private var counts = [Int](repeating: 0, count: 16)
    private var symbols: [Int] = []

    /// nil: more codes than the lengths leave room for.
    init?(_ lengths: [UInt8]) {
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        var room = 1
        for length in 1...15 {
            room = room * 2 - counts[length]
            guard room >= 0 else { return nil }
        }
        for length in 1...15 {
            for symbol in lengths.indices where Int(lengths[symbol]) == length { symbols.append(symbol) }
        }
    }

    private init(unchecked lengths: [UInt8]) {
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        for length in 1...15 { symbols += lengths.indices.filter { Int(lengths[$0]) == length } }
    }

    /// The symbol whose code the bits begin with, and the length of the code.
    func symbol(of bits: UInt64) -> (symbol: Int, count: Int)? {
        var (code, first, index) = (0, 0, 0)
        for length in 1...15 {
            code |= Int(bits >> UInt64(length - 1) & 1)
            let count = counts[length]
            if code - count < first { return (symbols[index + code - first], length) }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }

    static let fixedLiterals = HuffmanTable(
        unchecked: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = HuffmanTable(unchecked: [UInt8](repeating: 5, count: 30))
}
