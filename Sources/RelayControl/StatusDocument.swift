/// What `postern status` tells.
package struct StatusDocument: Decodable, Sendable {
    /// A smart host that cannot be used now.
    package struct Trouble: Decodable, Sendable {
        package var smartHost: String
        /// The event that told of it: `login-failed`, `tls-failed`, `breaker-opened`.
        package var kind: String
        package var reason: String
        package var since: String

        package init(smartHost: String, kind: String, reason: String, since: String) {
            self.smartHost = smartHost
            self.kind = kind
            self.reason = reason
            self.since = since
        }

        private enum CodingKeys: String, CodingKey {
            case smartHost = "smarthost"
            case kind
            case reason
            case since
        }
    }

    /// A stream's queue and what it did since the start.
    package struct Stream: Decodable, Sendable {
        package var name: String
        package var waiting: Int
        package var retrying: Int
        package var held: Int
        /// Deliveries in the last minute.
        package var deliveredLastMinute: Int
        package var delivered: Int
        package var deferred: Int
        package var failed: Int
        package var lastReply: String?
        package var lastReplyAt: String?
        package var troubles: [Trouble]
        /// When the oldest message was accepted that waits or is tried again.
        package var oldestAcceptedAt: String?
        package var paused: PauseDocument?
        /// The sizes of the messages that are queued.
        package var queuedBytes: Int
        /// Its queue has reached a limit: new mail for it is answered 452.
        package var isFull: Bool
        /// How often that was said since the start.
        package var turnedAway: Int

        package init(
            name: String, waiting: Int, retrying: Int, held: Int, deliveredLastMinute: Int, delivered: Int,
            deferred: Int, failed: Int, lastReply: String?, lastReplyAt: String?, troubles: [Trouble],
            oldestAcceptedAt: String? = nil, paused: PauseDocument? = nil, queuedBytes: Int = 0,
            isFull: Bool = false, turnedAway: Int = 0
        ) {
            self.name = name
            self.waiting = waiting
            self.retrying = retrying
            self.held = held
            self.deliveredLastMinute = deliveredLastMinute
            self.delivered = delivered
            self.deferred = deferred
            self.failed = failed
            self.lastReply = lastReply
            self.lastReplyAt = lastReplyAt
            self.troubles = troubles
            self.oldestAcceptedAt = oldestAcceptedAt
            self.paused = paused
            self.queuedBytes = queuedBytes
            self.isFull = isFull
            self.turnedAway = turnedAway
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case waiting
            case retrying
            case held
            case deliveredLastMinute = "delivered_last_minute"
            case delivered
            case deferred
            case failed
            case lastReply = "last_reply"
            case lastReplyAt = "last_reply_at"
            case troubles
            case oldestAcceptedAt = "oldest_accepted_at"
            case paused
            case queuedBytes = "queued_bytes"
            case isFull = "full"
            case turnedAway = "turned_away"
        }
    }

    package var version: String
    /// The short hash of the configuration.
    package var configuration: String
    package var startedAt: String
    /// Whether the spool has the room that `spool.min_free` asks for.
    package var hasRoom: Bool
    package var damagedEntries: Int
    /// Files of earlier runs that were looked at since the start, and how many there are about.
    package var scannedEntries: Int
    package var expectedEntries: Int
    /// All of them were; before, mail may wait that nothing here counts.
    package var isScanComplete: Bool
    /// Events that were told and not logged.
    package var droppedEvents: Int
    package var streams: [Stream]

    package init(
        version: String, configuration: String, startedAt: String, hasRoom: Bool, damagedEntries: Int,
        scannedEntries: Int, expectedEntries: Int, isScanComplete: Bool, droppedEvents: Int, streams: [Stream]
    ) {
        self.version = version
        self.configuration = configuration
        self.startedAt = startedAt
        self.hasRoom = hasRoom
        self.damagedEntries = damagedEntries
        self.scannedEntries = scannedEntries
        self.expectedEntries = expectedEntries
        self.isScanComplete = isScanComplete
        self.droppedEvents = droppedEvents
        self.streams = streams
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case configuration
        case startedAt = "started_at"
        case hasRoom = "spool_has_room"
        case damagedEntries = "damaged_entries"
        case scannedEntries = "scanned_entries"
        case expectedEntries = "expected_entries"
        case isScanComplete = "scan_complete"
        case droppedEvents = "dropped_events"
        case streams
    }
}

extension JSONWriter {
    mutating func write(_ status: StatusDocument) {
        object { json in
            json.member("version", status.version)
            json.member("configuration", status.configuration)
            json.member("started_at", status.startedAt)
            json.member("spool_has_room", status.hasRoom)
            json.member("damaged_entries", status.damagedEntries)
            json.member("scanned_entries", status.scannedEntries)
            json.member("expected_entries", status.expectedEntries)
            json.member("scan_complete", status.isScanComplete)
            json.member("dropped_events", status.droppedEvents)
            json.member("streams", of: status.streams) { $0.writeMembers(of: $1) }
        }
    }

    private mutating func writeMembers(of stream: StatusDocument.Stream) {
        member("name", stream.name)
        member("waiting", stream.waiting)
        member("retrying", stream.retrying)
        member("held", stream.held)
        member("delivered_last_minute", stream.deliveredLastMinute)
        member("delivered", stream.delivered)
        member("deferred", stream.deferred)
        member("failed", stream.failed)
        member("last_reply", stream.lastReply)
        member("last_reply_at", stream.lastReplyAt)
        member("troubles", of: stream.troubles) { json, trouble in
            json.member("smarthost", trouble.smartHost)
            json.member("kind", trouble.kind)
            json.member("reason", trouble.reason)
            json.member("since", trouble.since)
        }
        member("oldest_accepted_at", stream.oldestAcceptedAt)
        member("paused", stream.paused)
        member("queued_bytes", stream.queuedBytes)
        member("full", stream.isFull)
        member("turned_away", stream.turnedAway)
    }
}
