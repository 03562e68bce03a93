/// A message while it is taken in: a short one in memory, a long one in its file. A draft that is dropped
/// instead of committed leaves nothing.
public struct Draft: ~Copyable, Sendable {
    /// The ID that the entry will have.
    public let id: QueueID
    /// Length so far.
    public private(set) var byteCount = 0
    /// The last bytes, not in the file yet.
    private var buffer: [UInt8] = []
    private var checksum = Checksum()
    private var file: DraftFile?
    private var failure: SpoolError?
    private let folder: SpoolFolder
    private let pool: DiskPool
    private let room: RoomWatch

    init(_ id: QueueID, folder: SpoolFolder, pool: DiskPool, room: RoomWatch) {
        self.id = id
        self.folder = folder
        self.pool = pool
        self.room = room
        failure = room.hasRoom ? nil : .full
    }

    /// Adds to the message. After an error the draft can only be dropped.
    public mutating func append(_ bytes: [UInt8]) async throws(SpoolError) { try await append(bytes[...]) }

    /// Adds to the message. After an error the draft can only be dropped.
    public mutating func append(_ bytes: ArraySlice<UInt8>) async throws(SpoolError) {
        if let failure { throw failure }
        if !buffer.isEmpty, buffer.count + bytes.count > Limits.draftByteCount {
            do throws(SpoolError) { try await spill() } catch {
                failure = error
                room.distrust(error)
                throw error
            }
        }
        checksum.update(bytes)
        buffer += bytes
        byteCount += bytes.count
    }

    /// The first bytes of the message, at most so many.
    public func head(_ limit: Int) async throws(SpoolError) -> [UInt8] {
        guard let file else { return Array(buffer.prefix(limit)) }
        let written = byteCount - buffer.count
        let count = min(limit, written)
        var head = try await pool.run(.records) { [folder] () throws(SpoolError) in
            do throws(DiskError) { return try folder.disk.read(0..<count, of: file.file) } catch {
                throw SpoolError(error)
            }
        }
        guard head.count == count else { throw .unavailable("a draft is shorter than was written") }
        head += buffer.prefix(limit - count)
        return head
    }

    /// Reads what is there so far, on any thread; nothing may be appended meanwhile.
    public func reader() -> DraftReader { DraftReader(byteCount: byteCount, rest: buffer, file: file) }

    private mutating func spill() async throws(SpoolError) {
        guard room.hasRoom else { throw .full }
        let (bytes, offset) = (buffer, byteCount - buffer.count)
        buffer = []
        let (id, folder, pool, opened) = (id, folder, pool, file)
        file = try await pool.run(.records) { () throws(SpoolError) in
            let file = if let opened { opened } else { try folder.create(id, pool: pool) }
            try folder.write(bytes, to: file, at: offset)
            return file
        }
    }

    /// What a commit needs.
    consuming func finish() throws(SpoolError) -> (message: EntryEncoder.Message, file: DraftFile?) {
        if let failure { throw failure }
        let offset = byteCount - buffer.count
        return (EntryEncoder.Message(rest: buffer, offset: offset, checksum: checksum.value), file)
    }
}
