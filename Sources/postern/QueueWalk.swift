import MailSpool
import MailSyntax
import RelayControl

/// The shares that a selection means, oldest first and in bounded memory: the index is read in stretches, and an
/// entry's file only where an address decides.
struct QueueWalk {
    private let spool: Spool
    private let selection: QueueSelection
    private let filter: ShareFilter
    private let sender: Glob?
    private let recipient: Glob?

    /// What arrives from now on, such as a report that the walk itself brings about, is not met.
    init(_ selection: QueueSelection, of spool: Spool, now: Timestamp) {
        self.spool = spool
        self.selection = selection
        var filter = ShareFilter(
            stream: selection.stream, state: selection.state.map { MailSpool.ShareState($0) },
            acceptedUntil: selection.older.map {
                Timestamp(millisecondsSince1970: now.millisecondsSince1970 - $0.wholeMilliseconds)
            }, newest: spool.newest ?? QueueID(0))
        // Without these two every file would be opened.
        filter.sender = selection.sender.flatMap { $0 == "<>" ? .null : Self.exact($0).map { .address($0) } }
        filter.recipient = selection.recipient.flatMap(Self.exact)
        self.filter = filter
        sender = selection.sender.map { Glob($0 == "<>" ? "" : $0) }
        recipient = selection.recipient.map { Glob($0) }
    }

    /// The only address that a pattern fits.
    private static func exact(_ pattern: String) -> Address? {
        pattern.contains { $0 == "*" || $0 == "?" } ? nil : Address(pattern)
    }

    /// IDs that name nothing in the queue.
    var missingIDs: [String] { selection.ids.filter { shares(of: $0).isEmpty } }

    /// Shows each of them to the body, with its entry where that had to be read.
    func visit(
        progress: Emit<WalkProgress>?,
        _ body: (ShareSummary, Entry?) async throws(ControlError) -> Void
    ) async throws(ControlError) {
        guard selection.ids.isEmpty else { return try await visitIDs(progress, body) }
        var told = WalkProgress(examined: 0, total: progress == nil ? 0 : count())
        var last: ShareID?
        repeat {
            let page = spool.page(filter, after: last)
            last = page.last
            for share in page.shares {
                if let (share, entry) = await look(share) { try await body(share, entry) }
                told.examined += 1
                if told.examined % Self.progressStep == 0 { try await progress?(told) }
            }
        } while last != nil
        try await progress?(told)
    }

    /// The shares that an `ID` or an `ID/2` names.
    private func shares(of text: String) -> [ShareSummary] {
        if let share = ShareID(text) {
            return spool.list(ShareFilter(entry: share.entry)).filter { $0.id == share }
        }
        return QueueID(text).map { spool.list(ShareFilter(entry: $0)) } ?? []
    }

    private func visitIDs(
        _ progress: Emit<WalkProgress>?,
        _ body: (ShareSummary, Entry?) async throws(ControlError) -> Void
    ) async throws(ControlError) {
        for (place, id) in selection.ids.enumerated() {
            for share in shares(of: id) { try await body(share, nil) }
            guard (place + 1) % Self.progressStep == 0 || place + 1 == selection.ids.count else { continue }
            try await progress?(WalkProgress(examined: place + 1, total: selection.ids.count))
        }
    }

    /// The share, if its addresses are those that are meant.
    private func look(_ share: ShareSummary) async -> (ShareSummary, Entry?)? {
        guard sender != nil || recipient != nil else { return (share, nil) }
        // One that went on meanwhile is not in the queue any more, and a damaged one is told elsewhere.
        guard let entry = try? await spool.entry(share.id.entry),
            let stored = entry.shares.first(where: { $0.number == share.id.number })
        else { return nil }
        if let sender, !sender.matches(entry.envelope.sender?.description ?? "") { return nil }
        guard let recipient else { return (share, entry) }
        let isMeant = stored.recipients.contains {
            share.wants($0.status) && recipient.matches($0.recipient.address.description)
        }
        return isMeant ? (share, entry) : nil
    }

    private func count() -> Int {
        var (count, last) = (0, ShareID?.none)
        repeat {
            let page = spool.page(filter, after: last)
            count += page.shares.count
            last = page.last
        } while last != nil
        return count
    }

    /// Shares between two words of progress.
    private static let progressStep = 50
}

extension ShareSummary {
    /// Whether a recipient of this status is one that the share is about.
    fileprivate func wants(_ status: RecipientStatus) -> Bool {
        state == .failed ? status == .failed || status == .expired : status == .pending
    }
}
