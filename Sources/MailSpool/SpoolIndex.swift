import MailSyntax

/// What waits, in memory: shares by ID, and per stream in the order of their due times.
struct SpoolIndex: Sendable {
    typealias Waiter = UnsafeContinuation<Void, Never>

    private struct Stream: Sendable {
        let name: String
        var counts = ShareCounts()
        var queues = DueQueues()
        /// Something became due earlier than was known, and nobody heard of it yet.
        var hasNews = false
        var waiters: [Int: Waiter] = [:]
    }

    private let clock: SpoolClock
    private var table = SlabList<ShareRow>()
    private var streams: [Stream] = []
    private var streamNumbers: [String: Int] = [:]
    /// Shares under way as they were when claimed.
    private var claimed: [ShareID: Share] = [:]
    private(set) var isClosed = false

    /// What failed stays, until it is deleted.
    private let keepsFailed: Bool

    init(clock: SpoolClock, keepsFailed: Bool = false) {
        self.clock = clock
        self.keepsFailed = keepsFailed
    }

    var counts: [String: ShareCounts] {
        Dictionary(uniqueKeysWithValues: streams.map { ($0.name, $0.counts) })
    }

    func counts(of stream: String) -> ShareCounts {
        streamNumbers[stream].map { streams[$0].counts } ?? ShareCounts()
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
        let start = Self.key(behind: after ?? filter.entry.map { ShareID(entry: $0, number: -1) })
        // Both clocks once: the distances are the same for all.
        let (now, uptime) = (clock.now(), clock.uptime())
        table.walk(from: start) { row in
            if let entry = filter.entry, row.entry != entry { return false }
            if let newest = filter.newest, row.entry > newest { return false }
            let name = streams[Int(row.stream)].name
            if filter.admits(row, stream: name) {
                found.append(ShareSummary(row, stream: name, nextAttemptAt: now + (row.dueAt - uptime)))
            }
            rowCount += 1
            guard found.count < limit, rowCount < rowLimit else {
                last = row.key
                return false
            }
            return true
        }
        return (found, last)
    }

    /// The entry that came last, of those that wait.
    var newest: QueueID? { table.last?.entry }

    /// Adds, by stream, when the oldest message was accepted of those that are on their way, as far as so many rows
    /// from behind `last` tell; where to go on, nil at the end.
    func addOldest(
        to oldest: inout [String: Timestamp], after last: ShareID?, rowLimit: Int = Limits.pageRowCount
    ) -> ShareID? {
        let wanted = streams.count { $0.counts.waiting + $0.counts.retrying > 0 }
        var (rowCount, next) = (0, ShareID?.none)
        guard oldest.count < wanted else { return nil }
        var isKnown = streams.map { oldest[$0.name] != nil }
        table.walk(from: Self.key(behind: last)) { row in
            let number = Int(row.stream)
            if !row.isHeld, !row.isFailed, !isKnown[number] {
                oldest[streams[number].name] = row.acceptedAt
                isKnown[number] = true
            }
            rowCount += 1
            next = rowCount < rowLimit ? nil : row.key
            return oldest.count < wanted && next == nil
        }
        return next
    }

    private static func key(behind last: ShareID?) -> ShareID {
        last.map { ShareID(entry: $0.entry, number: $0.number + 1) }
            ?? ShareID(entry: QueueID(0), number: 0)
    }

    // MARK: Shares come and go

    /// A new or recovered entry; says whom to wake. Nil: another file has this ID, or no configuration ever named so
    /// many streams.
    mutating func insert(_ entry: IndexedEntry, isRecovered: Bool) -> [Waiter]? {
        let strangers = entry.shares.reduce(into: Set<String>()) { strangers, share in
            if streamNumbers[share.stream] == nil { strangers.insert(share.stream) }
        }
        guard place(of: entry.id) == nil,
            !isRecovered || streams.count + strangers.count <= Limits.foundStreamCount
        else { return nil }
        var woken: [Waiter] = []
        for share in entry.shares where share.standing != .ended || keepsFailed && share.hasFailed {
            var row = ShareRow(
                share, of: entry, dueAt: clock.uptime(of: share),
                stream: number(ofStream: share.stream), isRecovered: isRecovered)
            count(row, by: 1)
            woken += release(&row)
        }
        return woken
    }

    /// Offers the share of a stream that comes next to whoever looks after its mail; nil: none is due.
    mutating func take(for stream: String, prefersRetry: Bool, isEarly: Bool = false) -> Ticket? {
        let now = isEarly ? Uptime(milliseconds: .max) : clock.uptime()
        guard let number = streamNumbers[stream],
            let id = streams[number].queues.next(at: now, prefersRetry: prefersRetry)
        else { return nil }
        guard var row = table[id] else { preconditionFailure("what waits for its time is in the table") }
        move(&row, to: .offered)
        return row.ticket
    }

    func nextDueAt(for stream: String) -> Uptime? {
        streamNumbers[stream].flatMap { streams[$0].queues.nextDueAt }
    }

    /// An offered share is not taken, and waits on.
    mutating func decline(_ id: ShareID) -> [Waiter] {
        guard var row = table[id], row.whereabouts == .offered else { return [] }
        return release(&row)
    }

    /// Takes a share for a delivery; nil: it does not wait, or not for this stream.
    mutating func claim(_ id: ShareID, stream: String?) -> Int? {
        guard var row = table[id], !row.isHeld, !row.isFailed, row.whereabouts != .underWay else {
            return nil
        }
        guard stream == nil || stream == streams[Int(row.stream)].name else { return nil }
        move(&row, to: .underWay)
        return Int(row.place)
    }

    mutating func remember(_ share: Share, of id: ShareID) { claimed[id] = share }

    func claimedShare(_ id: ShareID) -> Share? { claimed[id] }

    /// Takes a share for a change by a person.
    mutating func take(_ id: ShareID, from states: Set<ShareState>) throws(SpoolError) -> Int {
        guard var row = table[id] else { throw .notFound }
        guard row.whereabouts != .underWay else { throw .underWay }
        guard states.contains(row.state) else { throw .unfitting }
        move(&row, to: .underWay)
        return Int(row.place)
    }

    /// Gives a share back as it was, or not due before a while has passed. Says whom to wake.
    mutating func giveBack(_ id: ShareID, dueIn delay: Duration? = nil) -> [Waiter] {
        claimed[id] = nil
        guard var row = table[id], row.whereabouts == .underWay else { return [] }
        if let delay, !row.isHeld, !row.isFailed { row.dueAt = clock.uptime() + delay }
        return release(&row)
    }

    /// What is left of an entry when one of its shares was settled.
    enum Rest: Sendable {
        /// Something waits.
        case live
        /// Only what failed.
        case failed
        case nothing
    }

    /// Gives a share back changed; one that has ended goes, unless it failed and is kept. Says whom to wake, and what
    /// is left of its entry.
    mutating func settle(
        _ id: ShareID, _ share: Share, isStalled: Bool = false
    ) -> (woken: [Waiter], rest: Rest) {
        claimed[id] = nil
        guard var row = table[id] else { return ([], .live) }
        count(row, by: -1)
        guard share.standing != .ended || keepsFailed && share.hasFailed else {
            table[id] = nil
            return ([], rest(of: id.entry))
        }
        row.stand(share.standing)
        row.stream = UInt16(number(ofStream: share.stream))
        row.dueAt = clock.uptime(of: share)
        if Int(row.attemptCount) != share.attemptCount { row.isRecovered = false }
        row.attemptCount = UInt32(clamping: share.attemptCount)
        row.isStalled = isStalled
        count(row, by: 1)
        if isStalled { streams[Int(row.stream)].queues.calm() }
        let woken = release(&row)
        return (woken, row.isFailed ? rest(of: id.entry) : .live)
    }

    private func rest(of entry: QueueID) -> Rest {
        var rest = Rest.nothing
        table.walk(from: ShareID(entry: entry, number: 0)) { row in
            guard row.entry == entry else { return false }
            rest = row.isFailed ? .failed : .live
            return row.isFailed
        }
        return rest
    }

    /// The file of an entry lies in another folder now.
    mutating func move(_ entry: QueueID, to place: Int) {
        var keys: [ShareID] = []
        table.walk(from: ShareID(entry: entry, number: 0)) { row in
            guard row.entry == entry else { return false }
            keys.append(row.key)
            return true
        }
        for key in keys { table[key]?.place = UInt32(clamping: place) }
    }

    /// A waiting share is due now.
    mutating func hasten(_ id: ShareID) throws(SpoolError) -> [Waiter] {
        guard var row = table[id] else { throw .notFound }
        switch row.whereabouts {
        case .underWay: throw .underWay
        case .held: throw .unfitting
        // It is about to be tried.
        case .offered: return []
        case .queued: move(&row, to: .underWay)
        }
        row.isStalled = false
        row.dueAt = clock.uptime()
        return release(&row)
    }

    /// What waits in a stream for a smart host that is well is due now.
    mutating func hastenStalled(_ stream: String, onlyFirst: Bool) {
        guard let number = streamNumbers[stream] else { return }
        streams[number].queues.hasten(at: clock.uptime(), onlyFirst: onlyFirst)
    }

    /// Nothing of the entry will be delivered: it is damaged.
    mutating func drop(_ entry: QueueID) {
        while var row = table.first(from: ShareID(entry: entry, number: 0)), row.entry == entry {
            count(row, by: -1)
            claimed[row.key] = nil
            move(&row, to: .underWay)
            table[row.key] = nil
        }
    }

    private mutating func count(_ row: ShareRow, by step: Int) {
        streams[Int(row.stream)].counts[row.state] += step
        // What failed and is kept takes nobody's place.
        guard !row.isFailed else { return }
        streams[Int(row.stream)].counts.messageByteCount &+= step * Int(row.messageByteCount)
    }

    // MARK: Queues

    private mutating func move(_ row: inout ShareRow, to whereabouts: ShareRow.Whereabouts) {
        if case .queued(let queue) = row.whereabouts {
            streams[Int(row.stream)].queues.remove(row.dueKey, from: queue)
        }
        row.whereabouts = whereabouts
        table[row.key] = row
    }

    /// A share that is not queued waits for its time, or for a person; says whom to wake.
    private mutating func release(_ row: inout ShareRow) -> [Waiter] {
        guard !row.isHeld, !row.isFailed else {
            move(&row, to: .held)
            return []
        }
        let number = Int(row.stream)
        let before = streams[number].queues.nextDueAt
        streams[number].queues.insert(row.dueKey, in: row.queue)
        move(&row, to: .queued(row.queue))
        // Who knows when the first is due need not hear of later ones.
        if let before, before <= row.dueAt { return [] }
        guard !streams[number].waiters.isEmpty else {
            streams[number].hasNews = true
            return []
        }
        defer { streams[number].waiters = [:] }
        return Array(streams[number].waiters.values)
    }

    // MARK: Who waits

    /// Keeps a waiter until there is news; false: there is already, or never will be.
    mutating func wait(_ waiter: Waiter, _ key: Int, for stream: String) -> Bool {
        let number = number(ofStream: stream)
        guard !isClosed, !streams[number].hasNews else {
            streams[number].hasNews = false
            return false
        }
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

    private mutating func number(ofStream name: String) -> Int {
        if let number = streamNumbers[name] { return number }
        precondition(streams.count < Limits.streamCount, "streams are named by the configuration")
        streamNumbers[name] = streams.count
        streams.append(Stream(name: name))
        return streams.count - 1
    }
}

/// What the index keeps of an entry.
struct IndexedEntry: Sendable {
    let id: QueueID
    var place: Int
    let sender: Address?
    let acceptedAt: Timestamp
    let messageByteCount: Int
    let shares: [Share]
}

extension IndexedEntry {
    init(_ stored: StoredEntry, in place: Int) {
        let entry = stored.entry
        self.init(
            id: entry.id, place: place, sender: entry.envelope.sender, acceptedAt: entry.origin.receivedAt,
            messageByteCount: entry.messageByteCount, shares: entry.shares)
    }
}

extension ShareFilter {
    fileprivate func admits(_ row: ShareRow, stream name: String) -> Bool {
        guard stream ?? name == name, state ?? row.state == row.state else { return false }
        if row.isFailed, state == nil, entry == nil { return false }
        guard acceptedUntil ?? row.acceptedAt >= row.acceptedAt else { return false }
        if let sender, !row.marks.mayBeFrom(sender.address) { return false }
        if let recipient, !row.marks.mayBeFor(recipient) { return false }
        return true
    }
}

extension ShareSummary {
    fileprivate init(_ row: ShareRow, stream: String, nextAttemptAt: Timestamp) {
        self.init(
            id: row.key, stream: stream, state: row.state, isUnderWay: row.whereabouts == .underWay,
            acceptedAt: row.acceptedAt,
            messageByteCount: Int(row.messageByteCount), attemptCount: Int(row.attemptCount),
            nextAttemptAt: nextAttemptAt)
    }
}
