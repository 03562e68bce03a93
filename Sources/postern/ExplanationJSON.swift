import MailSyntax
import RelayControl
import RelayDelivery
import RelayIntake
import RelayPolicy
import RelaySettings

extension Explanation {
    /// One object on one line.
    func json(_ limits: LimitsLeft) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("file", question.file)
            json.member("size", message.byteCount)
            json.member("completed_line_ends", message.completedLineCount)
            json.member("listener", question.listener.name)
            json.member("client", question.client)
            json.member("user", question.user)
            json.member("sender", question.sender)
            json.member("new_sender", rehearsal.envelope.map { $0.sender?.description ?? "" })
            json.member("sender_reply", rehearsal.senderReply)
            json.member("recipients", of: rehearsal.recipients) { json, answer in
                json.member("recipient", answer.given)
                json.member("addresses", answer.addresses.map(\.description))
                json.member("reply", answer.reply)
            }
            json.member("scripts", of: scripts) { $0.write($1) }
            json.member("shares", of: shares) { $0.write($1) }
            writeFates(&json)
            json.write(limits)
            json.member("reply", reply)
            json.member("accepted", isAccepted)
        }
        json.endLine()
        return json.bytes
    }

    private func writeFates(_ json: inout JSONWriter) {
        var discarded: [DiscardedRecipient] = []
        var refused: [Refusal] = []
        var rule: String?
        switch rehearsal.verdict {
        case .accept(let plan): (discarded, refused) = (plan.discarded, plan.refused)
        case .refuse(let refusal): (refused, rule) = ([refusal], refusal.rule)
        case .deferAll(let deferral): rule = deferral.rule
        case nil: break
        }
        json.member("discarded", of: discarded) { json, dropped in
            json.member("recipient", dropped.recipient.address.description)
            json.member("rule", dropped.rule)
        }
        json.member("refused", of: refused) { json, refusal in
            json.member("recipients", refusal.recipients.map(\.description))
            json.member("reply", "\(refusal.code) \(refusal.status) \(refusal.text)")
            json.member("rule", refusal.rule)
        }
        json.member("rule", rule)
    }
}

extension JSONWriter {
    /// What only a daemon knows is left out where none answers.
    fileprivate mutating func write(_ limits: LimitsLeft) {
        member("max_message_size", limits.byteCountLimit)
        member("max_recipients", limits.recipientCountLimit)
        member("hold_max", limits.holdCountLimit)
        guard let running = limits.running else { return }
        member("held", running.heldCount)
        member("has_room", running.hasRoom)
    }

    fileprivate mutating func write(_ run: Explanation.ScriptRun) {
        member("script", run.path)
        member("recipients", run.recipients.map(\.description))
        member("steps", of: run.steps) { json, step in
            json.member("script", step.place.script)
            json.member("line", step.place.line)
            json.member("column", step.place.column)
            json.member("rule", step.place.ruleName)
            json.member("kind", step.holds == nil ? "action" : "test")
            json.member("name", step.name)
            if let holds = step.holds { json.member("result", holds) }
            json.member("text", step.text)
        }
        member("error", run.failure)
    }

    fileprivate mutating func write(_ share: Explanation.Share) {
        member("stream", share.stream.name)
        member("rule", share.rule)
        member("ret", share.returnContent?.keyword)
        member("recipients", of: share.recipients) { json, recipient in
            json.member("address", recipient.address.description)
            json.member("redirected_from", recipient.redirectedFrom?.description)
            json.member("route", recipient.route?.route)
            json.member("route_line", recipient.route?.line)
            json.member("is_routed", recipient.route != nil)
            if let notify = recipient.notify { json.member("notify", notify.keywords) }
        }
        if let hold = share.hold {
            member("hold") { json in
                json.member("reason", hold.reason)
                json.member("tag", hold.tag)
                json.member("rule", hold.rule)
            }
        }
        member("transactions", of: share.transactions) { json, transaction in
            json.member("sender", transaction.sender?.description ?? "")
            json.member("recipients", transaction.recipients.map(\.description))
        }
        member("removed_headers", share.removedFields)
        member("added_headers", share.addedFields)
        member("smart_hosts", of: share.stream.smartHosts) { json, host in
            json.member("host", host.place)
            json.member("tls", host.tls.rawValue)
            json.member("tls_verify", host.verify.rawValue)
            json.member("credential", host.credential)
        }
        member("max_message_size", share.stream.maxMessageByteCount)
    }
}
