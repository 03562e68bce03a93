/// An open file of a disk.
public struct DiskFile: Hashable, Sendable {
    /// What the disk knows it by.
    public let descriptor: Int32
    /// The file that a disk knows by this number.
    public init(descriptor: Int32) { self.descriptor = descriptor }
}

/// One name in a folder.
public struct DiskItem: Hashable, Sendable {
    /// What a name stands for.
    public enum Kind: Hashable, Sendable {
        /// An ordinary file.
        case file
        /// A folder.
        case folder
        /// A link, a pipe or a device: nothing of ours.
        case other
    }
    /// The name within the folder.
    public let name: String
    /// What it stands for.
    public let kind: Kind
    /// A name and what it stands for.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// What is free on a disk.
public struct DiskRoom: Hashable, Sendable {
    /// Bytes that the process may use.
    public let freeByteCount: Int
    /// Files that it may make; nil where the file system has no such bound.
    public let freeFileCount: Int?
    /// What is free.
    public init(freeByteCount: Int, freeFileCount: Int?) {
        self.freeByteCount = freeByteCount
        self.freeFileCount = freeFileCount
    }
}

/// What a disk could not do.
public struct DiskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, as far as it makes a difference.
    public enum Reason: Hashable, Sendable {
        /// No blocks or files left, or the quota is used up.
        case noSpace
        /// There is no such file or folder.
        case missing
        /// The name is taken.
        case exists
        /// A folder that is to go holds something.
        case notEmpty
        /// A lock is held; says by whom.
        case locked(String)
        /// What is to be opened is no ordinary file.
        case notAFile
        /// The medium failed.
        case inputOutput
        /// Anything else.
        case other
    }
    /// Why it failed.
    public let reason: Reason
    /// What was tried and what the system said.
    public let description: String
    /// A failure; the description is for the log.
    public init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}

/// What the spool needs of a file system. Calls block; they come from many threads at once.
///
/// Nothing is durable until told: the bytes of a file by `sync`, a name by `syncFolder` of the folder it is in.
public protocol Disk: Sendable {
    /// Makes the file if there is none, and keeps every other process out until it is closed.
    func lock(_ path: String) throws(DiskError) -> DiskFile
    /// Makes a folder for its owner alone.
    func makeFolder(_ path: String) throws(DiskError)
    /// All names of a folder but `.` and `..`, in no order, and what they stand for.
    func list(_ path: String) throws(DiskError) -> [DiskItem]
    /// The names alone, which costs less where the folder does not hold the rest.
    func names(in path: String) throws(DiskError) -> [String]
    /// Makes a file for its owner alone, open for reading and writing; an error if the name is taken.
    func create(_ path: String) throws(DiskError) -> DiskFile
    /// Opens an ordinary file, never through a link; `notAFile` for anything else, at the latest when its length or
    /// bytes are asked for.
    func open(_ path: String, forWriting: Bool) throws(DiskError) -> DiskFile
    /// Closes it; whatever was written and not synced may be lost.
    func close(_ file: DiskFile)
    /// The length of the file.
    func byteCount(of file: DiskFile) throws(DiskError) -> Int
    /// The bytes of the range, fewer where the file ends.
    func read(_ range: Range<Int>, of file: DiskFile) throws(DiskError) -> [UInt8]
    /// Writes the first of the bytes, at least one, and says how many.
    func write(_ bytes: ArraySlice<UInt8>, to file: DiskFile, at offset: Int) throws(DiskError) -> Int
    /// Cuts the file off.
    func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError)
    /// Makes the bytes and the length durable. After an error nothing is known of what was written since the
    /// last success, and a second call proves nothing.
    func sync(_ file: DiskFile) throws(DiskError)
    /// Makes the names in a folder durable.
    func syncFolder(_ path: String) throws(DiskError)
    /// Removes a file's name.
    func remove(_ path: String) throws(DiskError)
    /// Removes an empty folder.
    func removeFolder(_ path: String) throws(DiskError)
    /// Gives a file or folder another name; an error if that is taken.
    func rename(_ path: String, to newPath: String) throws(DiskError)
    /// What is free where the path is.
    func room(at path: String) throws(DiskError) -> DiskRoom
}

extension Disk {
    /// The names of the list.
    public func names(in path: String) throws(DiskError) -> [String] { try list(path).map(\.name) }

    /// Writes all of it.
    func writeAll(_ bytes: [UInt8], to file: DiskFile, at offset: Int) throws(DiskError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let position = offset + bytes.count - rest.count
            rest = rest.dropFirst(try write(rest, to: file, at: position))
        }
    }
}
