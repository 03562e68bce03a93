import MailSyntax

/// What waits, in memory: shares by ID, and per stream what arrived and who waits for that.
struct SpoolIndex: Sendable {
    typealias Waiter = UnsafeContinuation<Void, Never>

    private struct Stream: Sendable {
        let name: String
        var counts = ShareCounts()
        var arrivals: [Ticket] = []
        var waiters: [Int: Waiter] = [:]
    }

    private var table = ShareTable()
    private var streams: [Stream] = []
    private var streamNumbers: [String: Int] = [:]
    /// Shares under way as they were when claimed.
    private var claimed: [ShareID: Share] = [:]
    private(set) var isClosed = false

    var counts: [String: ShareCounts] {
        Dictionary(uniqueKeysWithValues: streams.map { ($0.name, $0.counts) })
    }

    func row(_ id: ShareID) -> ShareRow? { table[id] }

    /// The folder of an entry of which something waits.
    func place(of entry: QueueID) -> Int? {
        let row = table.first(from: ShareID(entry: entry, number: 0))
        return row?.entry == entry ? row.map { Int($0.place) } : nil
    }

    /// Whether nothing else of the entry waits.
    func isOnlyShare(_ id: ShareID) -> Bool {
        var count = 0
        table.walk(from: ShareID(entry: id.entry, number: 0)) { row in
            guard row.entry == id.entry else { return false }
            count += 1
            return count < 2
        }
        return count == 1
    }

    func summaries(_ filter: ShareFilter, after: ShareID?, limit: Int) -> [ShareSummary] {
        page(filter, after: after, limit: limit, rowLimit: .max).shares
    }

    /// The shares that the filter admits among so many rows, and the last row seen if there may be more.
    func page(
        _ filter: ShareFilter, after: ShareID?, limit: Int = .max, rowLimit: Int
    ) -> (shares: [ShareSummary], last: ShareID?) {
        var found: [ShareSummary] = []
        var (rowCount, last) = (0, ShareID?.none)
        let start =
            after.map { ShareID(entry: $0.entry, number: $0.number + 1) }
            ?? ShareID(entry: filter.entry ?? QueueID(0), number: 0)
        table.walk(from: start) { row in
            if let entry = filter.entry, row.entry != entry { return false }
            if let newest = filter.newest, row.entry > newest { return false }
            let name = streams[Int(row.stream)].name
            if filter.admits(row, name) { found.append(ShareSummary(row, stream: name)) }
            rowCount += 1
            guard found.count < limit, rowCount < rowLimit else {
                last = row.id
                return false
            }
            return true
        }
        return (found, last)
    }

    /// The entry that came last, of those that wait.
    var newest: QueueID? { table.last?.entry }

    /// By stream, when the oldest message was accepted of those that are on their way.
    func oldestOnTheirWay() -> [String: Timestamp] {
        var oldest: [UInt16: Timestamp] = [:]
        let wanted = streams.count { $0.counts.waiting + $0.counts.retrying > 0 }
        guard wanted > 0 else { return [:] }
        table.walk(from: ShareID(entry: QueueID(0), number: 0)) { row in
            if !row.isHeld, oldest[row.stream] == nil { oldest[row.stream] = row.acceptedAt }
            return oldest.count < wanted
        }
        return Dictionary(uniqueKeysWithValues: oldest.map { (streams[Int($0.key)].name, $0.value) })
    }

    // MARK: Shares come and go

    /// A new or recovered entry; says whom to wake.
    mutating func insert(
        _ id: QueueID, place: Int, acceptedAt: Timestamp, messageByteCount: Int, shares: [Share],
        isRecovered: Bool
    ) -> [Waiter] {
        var woken: [Waiter] = []
        for share in shares where share.standing != .ended {
            let row = ShareRow(
                entry: id, acceptedAt: acceptedAt, nextAttemptAt: share.nextAttemptAt,
                messageByteCount: UInt32(clamping: messageByteCount), place: UInt32(clamping: place),
                number: UInt16(share.number), stream: UInt16(number(ofStream: share.stream)),
                attemptCount: UInt16(clamping: share.attemptCount), isHeld: share.standing != .waiting,
                isTaken: false, isRecovered: isRecovered)
            table[row.id] = row
            streams[Int(row.stream)].counts[row.state] += 1
            if !row.isHeld { woken += arrive(row) }
        }
        return woken
    }

    /// Takes a share for a delivery; nil: it does not wait, or not for this stream.
    mutating func claim(_ id: ShareID, stream: String?) -> Int? {
        guard var row = table[id], !row.isHeld, !row.isTaken else { return nil }
        guard stream == nil || stream == streams[Int(row.stream)].name else { return nil }
        row.isTaken = true
        table[id] = row
        return Int(row.place)
    }

    mutating func remember(_ share: Share, of id: ShareID) { claimed[id] = share }

    func claimedShare(_ id: ShareID) -> Share? { claimed[id] }

    /// Takes a share for a change by a person.
    mutating func take(_ id: ShareID, from states: Set<ShareState>) throws(SpoolError) -> Int {
        guard var row = table[id] else { throw .notFound }
        guard !row.isTaken else { throw .underWay }
        guard states.contains(row.state) else { throw .unfitting }
        row.isTaken = true
        table[id] = row
        return Int(row.place)
    }

    /// Gives a share back as it was. `arrives`: whoever wanted it meanwhile was turned away and must hear.
    mutating func giveBack(_ id: ShareID, arrives: Bool) -> [Waiter] {
        claimed[id] = nil
        guard var row = table[id] else { return [] }
        row.isTaken = false
        table[id] = row
        return arrives && !row.isHeld ? arrive(row) : []
    }

    /// Gives a share back changed; one that has ended goes. `arrives` as above. Says whom to wake, and whether
    /// it was the last of its entry.
    mutating func settle(_ id: ShareID, _ share: Share, arrives: Bool) -> (woken: [Waiter], isThrough: Bool) {
        claimed[id] = nil
        guard var row = table[id] else { return ([], false) }
        streams[Int(row.stream)].counts[row.state] -= 1
        guard share.standing != .ended else {
            table[id] = nil
            return ([], place(of: id.entry) == nil)
        }
        row.isTaken = false
        row.isHeld = share.standing != .waiting
        row.stream = UInt16(number(ofStream: share.stream))
        row.nextAttemptAt = share.nextAttemptAt
        if Int(row.attemptCount) != share.attemptCount { row.isRecovered = false }
        row.attemptCount = UInt16(clamping: share.attemptCount)
        table[id] = row
        streams[Int(row.stream)].counts[row.state] += 1
        return (arrives && !row.isHeld ? arrive(row) : [], false)
    }

    /// A waiting share is due now.
    mutating func hasten(_ id: ShareID, now: Timestamp) throws(SpoolError) -> [Waiter] {
        guard var row = table[id] else { throw .notFound }
        guard !row.isTaken else { throw .underWay }
        guard !row.isHeld else { throw .unfitting }
        row.nextAttemptAt = now
        table[id] = row
        return arrive(row)
    }

    /// Nothing of the entry will be delivered: it is damaged.
    mutating func drop(_ entry: QueueID) {
        while let row = table.first(from: ShareID(entry: entry, number: 0)), row.entry == entry {
            streams[Int(row.stream)].counts[row.state] -= 1
            claimed[row.id] = nil
            table[row.id] = nil
        }
    }

    // MARK: Arrivals

    mutating func takeArrivals(_ stream: String) -> [Ticket] {
        guard let number = streamNumbers[stream] else { return [] }
        defer { streams[number].arrivals = [] }
        return streams[number].arrivals
    }

    /// All of a stream that waits arrives once more; says whom to wake.
    mutating func offerAgain(_ stream: String) -> [Waiter] {
        guard let number = streamNumbers[stream] else { return [] }
        streams[number].arrivals = []
        table.walk(from: ShareID(entry: QueueID(0), number: 0)) { row in
            if Int(row.stream) == number, !row.isHeld, !row.isTaken {
                streams[number].arrivals.append(row.ticket)
            }
            return true
        }
        guard !streams[number].arrivals.isEmpty else { return [] }
        defer { streams[number].waiters = [:] }
        return Array(streams[number].waiters.values)
    }

    /// Keeps a waiter until something arrives; false: something is there already, or never will be.
    mutating func wait(_ waiter: Waiter, _ key: Int, for stream: String) -> Bool {
        let number = number(ofStream: stream)
        guard !isClosed, streams[number].arrivals.isEmpty else { return false }
        streams[number].waiters[key] = waiter
        return true
    }

    mutating func removeWaiter(_ key: Int, of stream: String) -> Waiter? {
        streamNumbers[stream].flatMap { streams[$0].waiters.removeValue(forKey: key) }
    }

    mutating func close() -> [Waiter] {
        isClosed = true
        defer { for number in streams.indices { streams[number].waiters = [:] } }
        return streams.flatMap(\.waiters.values)
    }

    private mutating func arrive(_ row: ShareRow) -> [Waiter] {
        let number = Int(row.stream)
        streams[number].arrivals.append(row.ticket)
        guard !streams[number].waiters.isEmpty else { return [] }
        defer { streams[number].waiters = [:] }
        return Array(streams[number].waiters.values)
    }

    private mutating func number(ofStream name: String) -> Int {
        if let number = streamNumbers[name] { return number }
        precondition(streams.count < Limits.streamCount, "streams are named by the configuration")
        streamNumbers[name] = streams.count
        streams.append(Stream(name: name))
        return streams.count - 1
    }
}

extension ShareFilter {
    fileprivate func admits(_ row: ShareRow, _ name: String) -> Bool {
        stream ?? name == name && state ?? row.state == row.state
            && acceptedUntil ?? row.acceptedAt >= row.acceptedAt
    }
}

extension ShareSummary {
    init(_ row: ShareRow, stream: String) {
        self.init(
            id: row.id, stream: stream, state: row.state, isUnderWay: row.isTaken,
            acceptedAt: row.acceptedAt,
            messageByteCount: Int(row.messageByteCount), attemptCount: Int(row.attemptCount),
            nextAttemptAt: row.nextAttemptAt)
    }
}
