import MailSpool

/// How many shares of a stream are under way at a time, and whose turn it is: new mail and retries take turns, so
/// that neither a backlog nor a flood starves the other. What waits, and for how long, is the spool's to know.
struct Schedule: Sendable {
    /// How many may be under way.
    var limit: Int
    private(set) var underWayCount = 0
    private var prefersRetry = false

    init(limit: Int) { self.limit = limit }

    var hasRoom: Bool { underWayCount < limit }

    /// Takes what comes next; it is under way until `ended`. `take` offers new mail or a retry, whichever is
    /// preferred if there are both.
    mutating func next(_ take: (_ prefersRetry: Bool) -> Ticket?) -> Ticket? {
        guard hasRoom, let ticket = take(prefersRetry) else { return nil }
        underWayCount += 1
        prefersRetry = !ticket.isRetry
        return ticket
    }

    /// The attempt is over.
    mutating func ended() {
        precondition(underWayCount > 0, "an attempt that ends was under way")
        underWayCount -= 1
    }
}
