import MailSyntax

/// MESSAGE: one sentence for a person who reads `journalctl -u postern`. What happened comes first, then the ID.
extension Event {
    func sentence(toldAt: Timestamp) -> String {
        switch self {
        case .accepted(let event): event.sentence
        case .created(let event): event.sentence
        case .refused(let event): event.sentence
        case .held(let event):
            "held \(event.id)/\(event.share) \(route(event.sender, event.recipients)): \(event.reason)"
        case .released(let event): event.sentence("released")
        case .deleted(let event): event.sentence("deleted")
        case .rerouted(let event, let stream):
            event.sentence("rerouted", " out of stream \(event.stream) into \(stream)")
        case .discarded(let event): event.sentence
        case .delivered(let event): event.delivered
        case .deferred(let event): event.deferred(toldAt: toldAt)
        case .failed(let event): "failed \(event.subject): \(event.why)"
        case .expired(let event): "expired \(event.subject)\(event.age), last: \(event.why)"
        case .uncertain(let event): "outcome unknown of \(event.subject)\(event.place): \(event.why)"
        case .started(let event): "postern \(event.version) started, configuration \(event.configuration)"
        case .startFailed(let reason): "start failed: \(reason)"
        case .ready(let event): event.sentence
        case .stopping(let reason): "stopping: \(reason)"
        case .reloadFailed(let reason): "reload failed, the running configuration stays: \(reason)"
        case .streamPaused(let event): event.sentence(toldAt: toldAt)
        case .streamResumed(let event): event.sentence
        case .streamFull(let event):
            "stream \(event.stream) is full, new mail for it is answered 452: \(event.sentence)"
        case .streamOK(let event): "stream \(event.stream) has room again: \(event.sentence)"
        case .policyReloadFailed(let reason):
            "reload failed at a policy script, the running configuration stays: \(reason)"
        case .reloaded(let event): event.sentence
        case .certificateReloaded(let event):
            "listener \(event.listener) presents another certificate: \(event.path ?? "made on the spot")"
        case .selfCheckFailed(let reason): "self-check failed: \(reason)"
        case .loginFailed(let event): "login failed at \(event.sentence(toldAt: toldAt))"
        case .tlsFailed(let event): "TLS failed with \(event.sentence(toldAt: toldAt))"
        case .breakerOpened(let event): "set aside \(event.sentence(toldAt: toldAt))"
        case .breakerClosed(let event): event.sentence
        case .clientTLSFailed(let event):
            "TLS failed with client \(event.client) at listener \(event.listener): \(event.reason)"
        case .clientLimited(let event):
            "limited client \(event.client) at listener \(event.listener): \(event.reason)"
        // Programs that ban clients go by this sentence: it never changes.
        case .authFailed(let event):
            "authentication failed for \(event.user ?? "unknown") from \(event.client)"
        case .spoolFull(let event): "spool full, new mail is answered 452: \(event.sentence)"
        case .spoolOK(let event): "spool has room again: \(event.sentence)"
        case .spoolScanned(let event): event.sentence
        case .entryDamaged(let event):
            "damaged entry \(event.id ?? "without ID") set aside as \(event.path): \(event.reason)"
        case .policyError(let event): event.sentence
        case .eventsDropped(let event):
            "\(event.count) events were not logged since \(event.since.rfc3339): the log did not take them in time"
        case .dialogue(let event): "\(event.peer) \(event.isFromPeer ? ">" : "<") \(event.line)"
        }
    }
}

/// `from <a> to <b> and 2 more`.
private func route(_ sender: Address?, _ recipients: [Address]) -> String {
    route(sender?.description ?? "", recipients.map(\.description))
}

private func route(_ sender: String, _ recipients: [String]) -> String {
    guard let first = recipients.first else { return "from <\(sender)>" }
    return "from <\(sender)> to <\(first)>"
        + (recipients.count > 1 ? " and \(recipients.count - 1) more" : "")
}

/// `1 stream`, `2 streams`.
private func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
}

extension Accepted {
    fileprivate var sentence: String {
        "accepted \(id) \(route(sender, recipients)), \(byteCount) bytes, client \(origin.client)"
    }
}

extension Created {
    fileprivate var sentence: String {
        let about = parent.map { " of \($0)" } ?? ""
        return "created \(id), a \(what)\(about), to " + recipients.map { "<\($0)>" }.joined(separator: ", ")
    }
}

extension Refused {
    fileprivate var sentence: String {
        let what =
            sender.map { "mail \(route($0, recipients)), client \(origin.client)" }
            ?? "client \(origin.client)"
        return "refused \(what): \(reply)" + (reason.map { " (\($0))" } ?? "")
    }
}

extension Operated {
    fileprivate func sentence(_ verb: String, _ more: String = "") -> String {
        "\(verb) \(id)/\(share) \(route(sender, recipients))\(more), by \(operatorName)"
    }
}

extension Discarded {
    fileprivate var sentence: String {
        "discarded \(id) \(route(sender, [recipient]))" + (rule.map { " by rule \($0)" } ?? "")
    }
}

extension Delivery {
    fileprivate var subject: String { "\(id) to <\(recipient)>" }
    fileprivate var place: String { smartHost.map { " by \($0)" } ?? "" }
    fileprivate var age: String { delay.map { " after \($0.briefly)" } ?? "" }

    /// The reply, the reason, or both.
    fileprivate var why: String {
        switch (reply, reason) {
        case (let reply?, let reason?): "\(reply) (\(reason))"
        case (let reply?, nil): reply
        case (nil, let reason?): reason
        case (nil, nil): "no reason was given"
        }
    }

    fileprivate var delivered: String {
        "delivered \(subject)\(place)\(age)" + (reply == nil && reason == nil ? "" : ": \(why)")
    }

    fileprivate func deferred(toldAt: Timestamp) -> String {
        let next = nextAttemptAt.map { ", again in \(($0 - toldAt).briefly)" } ?? ""
        return "deferred \(subject), attempt \(attemptCount)\(next): \(why)"
    }
}

extension Ready {
    fileprivate var sentence: String {
        let places = addresses.isEmpty ? "nowhere" : addresses.joined(separator: " ")
        let damaged = damagedEntryCount == 0 ? "" : ", \(damagedEntryCount) damaged"
        let expected = expectedEntryCount.map { ", about \($0) are being looked at" } ?? ""
        return
            "ready: listening on \(places), \(counted(streamCount, "stream", "streams")), "
            + "\(counted(recoveredEntryCount, "entry", "entries")) recovered" + expected + damaged
    }
}

extension SpoolScanned {
    fileprivate var sentence: String {
        let damaged = damagedEntryCount == 0 ? "" : ", \(damagedEntryCount) damaged"
        let entries = counted(recoveredEntryCount, "entry", "entries")
        return "queue looked through after \(duration.briefly): \(entries) recovered\(damaged)"
    }
}

extension StreamPaused {
    fileprivate func sentence(toldAt: Timestamp) -> String {
        let span = until.map { " for \(($0 - toldAt).briefly)" } ?? ""
        return "stream \(stream) is paused\(span) by \(operatorName): \(reason)"
    }
}

extension StreamResumed {
    fileprivate var sentence: String {
        let why = operatorName.map { ", by \($0)" } ?? (reason.map { ": \($0)" } ?? "")
        return "stream \(stream) sends again after \(duration.briefly)\(why)"
    }
}

extension StreamRoom {
    fileprivate var sentence: String {
        "\(queuedCount) shares of \(queuedByteCount >> 20) MiB are queued, \(limits)"
    }
}

extension Reloaded {
    fileprivate var sentence: String {
        let shown = changed.prefix(Limits.shownPartCount).joined(separator: ", ")
        let more =
            changed.count > Limits.shownPartCount ? " and \(changed.count - Limits.shownPartCount) more" : ""
        return "reloaded, configuration \(configuration): "
            + (changed.isEmpty ? "nothing changed" : "changed \(shown)\(more)")
    }
}

extension SmartHostTrouble {
    fileprivate func sentence(toldAt: Timestamp) -> String {
        let name = credential.map { " with credential \($0)" } ?? ""
        let next = nextAttemptAt.map { ", probed again in \(($0 - toldAt).briefly)" } ?? ""
        return "\(smartHost) for stream \(stream)\(name)\(next): \(reply ?? reason ?? "no reason was given")"
    }
}

extension BreakerClosed {
    fileprivate var sentence: String {
        "\(smartHost) works again for stream \(stream)" + (duration.map { " after \($0.briefly)" } ?? "")
    }
}

extension SpoolRoom {
    fileprivate var sentence: String {
        "\(freeByteCount >> 20) MiB free in \(directory), spool.min_free is \(minimumFreeByteCount >> 20) MiB"
            + (reason.map { "; the disk refused: \($0)" } ?? "")
    }
}

extension PolicyError {
    fileprivate var sentence: String {
        let subject = id.map { "\($0) " } ?? "mail "
        return "policy error\(rule.map { " at \($0)" } ?? ""): \(reason); \(action) \(subject)"
            + route(sender, recipients)
    }
}
