/// Why a file could not be read as an entry.
enum ReadError: Error, Equatable {
    case disk(DiskError)
    case format(FormatError)
    /// It was never committed.
    case draft
}

/// The bytes of a file, its end (of a short file all of it) read at once.
struct FileView: Sendable {
    let byteCount: Int
    private let window: [UInt8]
    private let windowOffset: Int
    private let source: (disk: any Disk, file: DiskFile)?

    init(_ disk: any Disk, _ file: DiskFile, tailByteCount: Int) throws(ReadError) {
        do throws(DiskError) {
            byteCount = try disk.byteCount(of: file)
            windowOffset = max(0, byteCount - tailByteCount)
            window = try disk.read(windowOffset..<byteCount, of: file)
        } catch { throw .disk(error) }
        guard windowOffset + window.count == byteCount else { throw .format(.truncated) }
        source = (disk, file)
    }

    /// The bytes of a file without the file.
    init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        window = bytes
        windowOffset = 0
        source = nil
    }

    /// All of it is in memory.
    var isWhole: Bool { windowOffset == 0 }

    /// Exactly the bytes of the range.
    func bytes(_ range: Range<Int>) throws(ReadError) -> ArraySlice<UInt8> {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw .format(.truncated) }
        if range.lowerBound >= windowOffset {
            return window[range.lowerBound - windowOffset..<range.upperBound - windowOffset]
        }
        guard let source else { throw .format(.truncated) }
        let bytes: [UInt8]
        do throws(DiskError) { bytes = try source.disk.read(range, of: source.file) } catch {
            throw .disk(error)
        }
        guard bytes.count == range.count else { throw .format(.truncated) }
        return bytes[...]
    }
}
