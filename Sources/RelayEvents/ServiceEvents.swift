package import MailSyntax

/// The daemon read its configuration and begins.
package struct Started: Sendable {
    package var version: String
    /// The short hash of the configuration.
    package var configuration: String

    package init(version: String, configuration: String) {
        self.version = version
        self.configuration = configuration
    }
}

/// The daemon listens.
package struct Ready: Sendable {
    /// The addresses it listens on.
    package var addresses: [String]
    package var streamCount: Int
    /// Entries found in the spool.
    package var recoveredEntryCount: Int
    /// How many files there are about where not all have been looked at yet; nil: all have.
    package var expectedEntryCount: Int?
    /// Drafts of an earlier run that were never answered 250 and are gone.
    package var removedDraftCount: Int
    package var damagedEntryCount: Int
    package var configuration: String

    package init(
        addresses: [String], streamCount: Int, recoveredEntryCount: Int, expectedEntryCount: Int? = nil,
        removedDraftCount: Int, damagedEntryCount: Int, configuration: String
    ) {
        self.addresses = addresses
        self.streamCount = streamCount
        self.recoveredEntryCount = recoveredEntryCount
        self.expectedEntryCount = expectedEntryCount
        self.removedDraftCount = removedDraftCount
        self.damagedEntryCount = damagedEntryCount
        self.configuration = configuration
    }
}

/// All that an earlier run left was looked through; only told where `ready` could not tell it.
package struct SpoolScanned: Sendable {
    package var recoveredEntryCount: Int
    package var removedDraftCount: Int
    package var damagedEntryCount: Int
    /// How long that took.
    package var duration: Duration

    package init(
        recoveredEntryCount: Int, removedDraftCount: Int, damagedEntryCount: Int, duration: Duration
    ) {
        self.recoveredEntryCount = recoveredEntryCount
        self.removedDraftCount = removedDraftCount
        self.damagedEntryCount = damagedEntryCount
        self.duration = duration
    }
}

/// Other settings are in force.
package struct Reloaded: Sendable {
    /// The short hash of the configuration, now and before.
    package var configuration: String
    package var previous: String
    /// The parts that changed, `streams.office`, `routes`.
    package var changed: [String]

    package init(configuration: String, previous: String, changed: [String]) {
        self.configuration = configuration
        self.previous = previous
        self.changed = changed
    }
}

/// A listener presents another certificate.
package struct CertificateReloaded: Sendable {
    package var listener: String
    /// The file; nil: one was made on the spot.
    package var path: String?

    package init(listener: String, path: String?) {
        self.listener = listener
        self.path = path
    }
}

/// A smart host that cannot be used: its state, not a message's fate. Told once per change.
package struct SmartHostTrouble: Sendable {
    package var stream: String
    /// The smart host as `host:port`.
    package var smartHost: String
    package var credential: String?
    package var tls: String?
    package var reply: String?
    package var status: EnhancedStatus?
    package var reason: String?
    /// When it is probed again.
    package var nextAttemptAt: Timestamp?

    package init(
        stream: String, smartHost: String, credential: String? = nil, tls: String? = nil,
        reply: String? = nil,
        status: EnhancedStatus? = nil, reason: String? = nil, nextAttemptAt: Timestamp? = nil
    ) {
        self.stream = stream
        self.smartHost = smartHost
        self.credential = credential
        self.tls = tls
        self.reply = reply
        self.status = status
        self.reason = reason
        self.nextAttemptAt = nextAttemptAt
    }
}

/// A smart host that works again, after whatever trouble it had.
package struct BreakerClosed: Sendable {
    package var stream: String
    package var smartHost: String
    /// How long the trouble lasted.
    package var duration: Duration?

    package init(stream: String, smartHost: String, duration: Duration? = nil) {
        self.stream = stream
        self.smartHost = smartHost
        self.duration = duration
    }
}

/// An operator lets a stream send nothing.
package struct StreamPaused: Sendable {
    package var stream: String
    package var operatorName: String
    package var reason: String
    /// When it ends by itself.
    package var until: Timestamp?

    package init(stream: String, operatorName: String, reason: String, until: Timestamp?) {
        self.stream = stream
        self.operatorName = operatorName
        self.reason = reason
        self.until = until
    }
}

/// A stream sends again.
package struct StreamResumed: Sendable {
    package var stream: String
    /// nil: nobody had to say so.
    package var operatorName: String?
    package var reason: String?
    /// How long it was paused.
    package var duration: Duration

    package init(stream: String, operatorName: String?, reason: String?, duration: Duration) {
        self.stream = stream
        self.operatorName = operatorName
        self.reason = reason
        self.duration = duration
    }
}

/// How much waits in a stream whose queue has a limit.
package struct StreamRoom: Sendable {
    package var stream: String
    package var queuedCount: Int
    /// The sizes of the messages.
    package var queuedByteCount: Int
    /// The limits as the configuration says them: `max_queued 5000`.
    package var limits: String

    package init(stream: String, queuedCount: Int, queuedByteCount: Int, limits: String) {
        self.stream = stream
        self.queuedCount = queuedCount
        self.queuedByteCount = queuedByteCount
        self.limits = limits
    }
}

/// A client whose connection came to nothing.
package struct ClientTrouble: Sendable {
    /// The client's IP address.
    package var client: String
    package var listener: String
    package var reason: String

    package init(client: String, listener: String, reason: String) {
        self.client = client
        self.listener = listener
        self.reason = reason
    }
}

/// A client of ours was not let in by what it said to be.
package struct AuthFailed: Sendable {
    /// The client's IP address.
    package var client: String
    package var listener: String
    /// As the client said; nil: it did not, or not in a form that can be shown.
    package var user: String?
    /// What it was answered.
    package var reply: String

    package init(client: String, listener: String, user: String?, reply: String) {
        self.client = client
        self.listener = listener
        self.user = user
        self.reply = reply
    }
}

/// The room on the spool's file system.
package struct SpoolRoom: Sendable {
    package var directory: String
    package var freeByteCount: Int
    /// `spool.min_free`.
    package var minimumFreeByteCount: Int
    /// What the disk said when it refused to store something; nil: there is less free than there must be.
    package var reason: String?

    package init(directory: String, freeByteCount: Int, minimumFreeByteCount: Int, reason: String? = nil) {
        self.directory = directory
        self.freeByteCount = freeByteCount
        self.minimumFreeByteCount = minimumFreeByteCount
        self.reason = reason
    }
}

/// A file of the spool that could not be read was set aside.
package struct EntryDamaged: Sendable {
    /// Its ID, where the name is one.
    package var id: String?
    /// Where it lies now.
    package var path: String
    package var reason: String

    package init(id: String?, path: String, reason: String) {
        self.id = id
        self.path = path
        self.reason = reason
    }
}

/// A policy script failed on a message.
package struct PolicyError: Sendable {
    package var origin: Origin
    package var sender: Address?
    package var recipients: [Address]
    package var reason: String
    /// Where, `script:line`.
    package var rule: String?
    /// What became of the message by `policy.on_error`: `held`, `deferred`, `refused`.
    package var action: String
    /// The message's ID, where it was stored.
    package var id: String?

    package init(
        origin: Origin, sender: Address?, recipients: [Address], reason: String, rule: String?,
        action: String,
        id: String? = nil
    ) {
        self.origin = origin
        self.sender = sender
        self.recipients = recipients
        self.reason = reason
        self.rule = rule
        self.action = action
        self.id = id
    }
}

/// Events that found the queue full: they are counted, and written nowhere.
package struct EventsDropped: Sendable {
    package var count: Int
    /// When the first of them was told.
    package var since: Timestamp

    package init(count: Int, since: Timestamp) {
        self.count = count
        self.since = since
    }
}

/// A line of an SMTP dialogue, where `log.protocol` asks for it. The teller leaves secrets and message
/// content out.
package struct Dialogue: Sendable {
    /// The other side: a client's address or a smart host.
    package var peer: String
    /// The listener or stream it belongs to.
    package var place: String
    package var isFromPeer: Bool
    package var line: String

    package init(peer: String, place: String, isFromPeer: Bool, line: String) {
        self.peer = peer
        self.place = place
        self.isFromPeer = isFromPeer
        self.line = line
    }
}
