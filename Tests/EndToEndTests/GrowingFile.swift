import Foundation

/// A text file that somebody appends to, read line by line, each line once.
final class GrowingFile {
    private let file: URL
    private var offset: UInt64 = 0
    private var partial = Data()

    init(_ file: URL) { self.file = file }

    /// The whole lines that came since the last call.
    func newLines() throws -> [String] {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return [] }  // not there yet
        defer { try? handle.close() }  // nothing was written through it
        try handle.seek(toOffset: offset)
        let fresh = try handle.readToEnd() ?? Data()
        offset += UInt64(fresh.count)
        partial += fresh
        guard let end = partial.lastIndex(of: 0x0A) else { return [] }
        let whole = partial[...end]
        partial = Data(partial[(end + 1)...])
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
