import MailSyntax
import RelayEvents

/// An event of each kind with every field it can have, and what it must say.
enum Samples {
    static let time = Timestamp(millisecondsSince1970: 1_795_251_600_000)
    static let anna = Address(localPart: "anna", domain: "office.example")
    static let bert = Address(localPart: "bert", domain: "partner.example")
    static let origin = Origin(
        client: "10.1.2.3", heloName: "pc7", listener: "lan", user: "crm",
        tls: "TLSv1.3 TLS_AES_256_GCM_SHA384",
        protocolName: "ESMTPS", receivedAt: time)

    static let delivery = Delivery(
        id: "0QJ5E6W3G0A1B", share: 2, stream: "office", sender: anna, recipient: bert, attemptCount: 3,
        newSender: Address(localPart: "bounce+1", domain: "office.example"), messageID: "<m@office.example>",
        parent: "0QJ5E6W3G0000", smartHost: "smtp.example:587", tls: "TLSv1.3", credential: "m365",
        reply: "250 2.0.0 Ok: queued as 77", status: EnhancedStatus(2, 0, 0), remoteID: "77",
        reason: "recovered",
        byteCount: 4096, delay: .milliseconds(1234), nextAttemptAt: time + .seconds(300))

    static let trouble = SmartHostTrouble(
        stream: "office", smartHost: "smtp.example:587", credential: "m365", tls: "TLSv1.3",
        reply: "535 5.7.8 no", status: EnhancedStatus(5, 7, 8), nextAttemptAt: time + .seconds(60))

    static let refused: Refused = {
        var refused = Refused(
            origin: origin, sender: "", recipients: ["x y"], reply: "501 5.1.3 bad address", reason: "syntax")
        refused.rule = "outbound.sieve:3"
        return refused
    }()

    static let room = SpoolRoom(
        directory: "/var/spool/postern", freeByteCount: 400 << 20, minimumFreeByteCount: 512 << 20)

    static let streamRoom = StreamRoom(
        stream: "office", queuedCount: 5000, queuedByteCount: 40 << 20, limits: "max_queued 5000")

    static let client = ClientTrouble(client: "10.1.2.3", listener: "lan", reason: "50 connections at once")

    static let operated = Operated(
        id: "0QJ5E6W3G0A1B", share: 2, stream: "office", sender: nil, recipients: [bert],
        operatorName: "uid 0")

    /// The sentences are read by people and matched by tools: a change here is a change of the contract.
    static let sentences: [(Event, String)] = [
        (
            .accepted(
                Accepted(
                    id: "0QJ5E6W3G0A1B", origin: origin, sender: anna, recipients: [bert, anna, bert],
                    streams: ["office", "bulk"], byteCount: 4096)),
            "accepted 0QJ5E6W3G0A1B from <anna@office.example> to <bert@partner.example> and 2 more, 4096 bytes, "
                + "client 10.1.2.3"
        ),
        (
            .created(
                Created(
                    id: "0QJ5E6W3G0A1B", parent: "0QJ5E6W3G0000", what: "failure report", stream: "office",
                    sender: nil, recipients: [anna], byteCount: 900)),
            "created 0QJ5E6W3G0A1B, a failure report of 0QJ5E6W3G0000, to <anna@office.example>"
        ),
        (
            .refused(refused),
            "refused mail from <> to <x y>, client 10.1.2.3: 501 5.1.3 bad address (syntax)"
        ),
        (
            .refused(Refused(origin: origin, sender: nil, reply: "421 4.7.0 too many errors")),
            "refused client 10.1.2.3: 421 4.7.0 too many errors"
        ),
        (
            .held(
                Held(
                    id: "0QJ5E6W3G0A1B", share: 2, stream: "office", sender: anna, recipients: [bert],
                    reason: "payroll", rule: "outbound.sieve:12", operatorName: "uid 0")),
            "held 0QJ5E6W3G0A1B/2 from <anna@office.example> to <bert@partner.example>: payroll"
        ),
        (.released(operated), "released 0QJ5E6W3G0A1B/2 from <> to <bert@partner.example>, by uid 0"),
        (.deleted(operated), "deleted 0QJ5E6W3G0A1B/2 from <> to <bert@partner.example>, by uid 0"),
        (
            .rerouted(operated, into: "bulk"),
            "rerouted 0QJ5E6W3G0A1B/2 from <> to <bert@partner.example> out of stream office into bulk, by uid 0"
        ),
        (
            .discarded(
                Discarded(id: "0QJ5E6W3G0A1B", sender: anna, recipient: bert, rule: "outbound.sieve:3")),
            "discarded 0QJ5E6W3G0A1B from <anna@office.example> to <bert@partner.example> by rule outbound.sieve:3"
        ),
        (
            .delivered(delivery),
            "delivered 0QJ5E6W3G0A1B to <bert@partner.example> by smtp.example:587 after 1.2 s: "
                + "250 2.0.0 Ok: queued as 77 (recovered)"
        ),
        (
            .deferred(delivery),
            "deferred 0QJ5E6W3G0A1B to <bert@partner.example>, attempt 3, again in 5 min: "
                + "250 2.0.0 Ok: queued as 77 (recovered)"
        ),
        (
            .failed(delivery),
            "failed 0QJ5E6W3G0A1B to <bert@partner.example>: 250 2.0.0 Ok: queued as 77 (recovered)"
        ),
        (
            .expired(delivery),
            "expired 0QJ5E6W3G0A1B to <bert@partner.example> after 1.2 s, last: "
                + "250 2.0.0 Ok: queued as 77 (recovered)"
        ),
        (
            .uncertain(delivery),
            "outcome unknown of 0QJ5E6W3G0A1B to <bert@partner.example> by smtp.example:587: "
                + "250 2.0.0 Ok: queued as 77 (recovered)"
        ),
        (
            .started(Started(version: "0.1", configuration: "ab12cd34")),
            "postern 0.1 started, configuration ab12cd34"
        ),
        (
            .ready(
                Ready(
                    addresses: ["127.0.0.1:25", "[::1]:25"], streamCount: 2, recoveredEntryCount: 7,
                    removedDraftCount: 1, damagedEntryCount: 1, configuration: "ab12cd34")),
            "ready: listening on 127.0.0.1:25 [::1]:25, 2 streams, 7 entries recovered, 1 damaged"
        ),
        (
            .spoolScanned(
                SpoolScanned(
                    recoveredEntryCount: 1_000_000, removedDraftCount: 2, damagedEntryCount: 1,
                    duration: .seconds(20))),
            "queue looked through after 20 s: 1000000 entries recovered, 1 damaged"
        ),
        (.startFailed(reason: "127.0.0.1:25 is in use"), "start failed: 127.0.0.1:25 is in use"),
        (.stopping(reason: "SIGTERM"), "stopping: SIGTERM"),
        (.reloadFailed(reason: "not built"), "reload failed, the running configuration stays: not built"),
        (
            .streamPaused(
                StreamPaused(
                    stream: "bulk", operatorName: "root (sudo: anna)", reason: "wrong link",
                    until: Samples.time + .seconds(7200))),
            "stream bulk is paused for 2 h by root (sudo: anna): wrong link"
        ),
        (
            .streamPaused(
                StreamPaused(stream: "bulk", operatorName: "anna", reason: "wrong link", until: nil)),
            "stream bulk is paused by anna: wrong link"
        ),
        (
            .streamResumed(
                StreamResumed(stream: "bulk", operatorName: "anna", reason: nil, duration: .seconds(60))),
            "stream bulk sends again after 60 s, by anna"
        ),
        (
            .streamResumed(
                StreamResumed(
                    stream: "bulk", operatorName: nil, reason: "time is up", duration: .seconds(7200))),
            "stream bulk sends again after 2 h: time is up"
        ),
        (
            .policyReloadFailed(reason: "a.sieve:3:1: error: no"),
            "reload failed at a policy script, the running configuration stays: a.sieve:3:1: error: no"
        ),
        (
            .reloaded(Reloaded(configuration: "22", previous: "11", changed: ["routes", "streams.office"])),
            "reloaded, configuration 22: changed routes, streams.office"
        ),
        (
            .certificateReloaded(CertificateReloaded(listener: "lan", path: "/etc/postern/tls/relay.crt")),
            "listener lan presents another certificate: /etc/postern/tls/relay.crt"
        ),
        (.selfCheckFailed(reason: "the spool hangs"), "self-check failed: the spool hangs"),
        (
            .loginFailed(trouble),
            "login failed at smtp.example:587 for stream office with credential m365, probed again in 60 s: "
                + "535 5.7.8 no"
        ),
        (
            .tlsFailed(
                SmartHostTrouble(stream: "office", smartHost: "smtp.example:587", reason: "untrusted")),
            "TLS failed with smtp.example:587 for stream office: untrusted"
        ),
        (
            .clientTLSFailed(client),
            "TLS failed with client 10.1.2.3 at listener lan: 50 connections at once"
        ),
        (
            .breakerOpened(trouble),
            "set aside smtp.example:587 for stream office with credential m365, probed again in 60 s: 535 5.7.8 no"
        ),
        (
            .breakerClosed(
                BreakerClosed(stream: "office", smartHost: "smtp.example:587", duration: .seconds(7200))),
            "smtp.example:587 works again for stream office after 2 h"
        ),
        (
            .streamFull(streamRoom),
            "stream office is full, new mail for it is answered 452: 5000 shares of 40 MiB are queued, "
                + "max_queued 5000"
        ),
        (
            .streamOK(streamRoom),
            "stream office has room again: 5000 shares of 40 MiB are queued, max_queued 5000"
        ),
        (
            .spoolFull(room),
            "spool full, new mail is answered 452: 400 MiB free in /var/spool/postern, spool.min_free is 512 MiB"
        ),
        (
            .spoolOK(room),
            "spool has room again: 400 MiB free in /var/spool/postern, spool.min_free is 512 MiB"
        ),
        (
            .entryDamaged(
                EntryDamaged(id: "0QJ5E6W3G0A1B", path: "damaged/0QJ5E6W3G0A1B", reason: "checksum")),
            "damaged entry 0QJ5E6W3G0A1B set aside as damaged/0QJ5E6W3G0A1B: checksum"
        ),
        (
            .policyError(
                PolicyError(
                    origin: origin, sender: anna, recipients: [bert], reason: "too many redirects",
                    rule: "outbound.sieve:9", action: "held", id: "0QJ5E6W3G0A1B")),
            "policy error at outbound.sieve:9: too many redirects; held 0QJ5E6W3G0A1B from <anna@office.example> to "
                + "<bert@partner.example>"
        ),
        (
            .authFailed(
                AuthFailed(
                    client: "10.1.2.3", listener: "lan", user: "ann",
                    reply: "502 5.5.1 Command not implemented")),
            "authentication failed for ann from 10.1.2.3"
        ),
        (.clientLimited(client), "limited client 10.1.2.3 at listener lan: 50 connections at once"),
        (
            .eventsDropped(EventsDropped(count: 12, since: time)),
            "12 events were not logged since 2026-11-21T09:00:00.000Z: the log did not take them in time"
        ),
        (
            .dialogue(Dialogue(peer: "10.1.2.3", place: "lan", isFromPeer: true, line: "EHLO pc7")),
            "10.1.2.3 > EHLO pc7"
        ),
    ]
}
