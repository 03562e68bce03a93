package import MailSyntax
import SMTPProtocol

/// Why a stream's mail waits although it is due: all of its smart hosts are in trouble, and not for any fault of the
/// mail, whose attempts are not counted meanwhile.
package struct Hindrance: Equatable, Sendable {
    /// `login failed at smtp.example:587: 535 5.7.8 no`
    package let reason: String
    /// When a connection finds out whether that is over; nil: one does so now.
    package let probeAt: Timestamp?

    package init(reason: String, probeAt: Timestamp?) {
        self.reason = reason
        self.probeAt = probeAt
    }
}

extension Dispatcher {
    /// What hinders the stream now.
    var hindrance: Hindrance? {
        let plan = plan
        return look(plan) { hosts in
            guard let (index, trouble) = hosts.troubleOfOurs else { return nil }
            let clock = plan.services.clock
            return Hindrance(
                reason:
                    "\(trouble.what) \(plan.targets[index].name): \(trouble.reply?.text ?? trouble.reason)",
                probeAt: hosts.probeAt.map { clock.wallTime() + ($0 - clock.uptime()) })
        } ?? nil
    }
}

extension Streams {
    /// The streams that are hindered, by name.
    package var hindrances: [String: Hindrance] { dispatchers.compactMapValues(\.hindrance) }
}

extension SmartHosts {
    /// The first smart host whose trouble is no fault of the mail, if that is why none can be used.
    fileprivate var troubleOfOurs: (Int, Trouble)? {
        guard isNoFaultOfMail else { return nil }
        return states.indices.lazy.compactMap { index in
            states[index].trouble.flatMap { $0.isOurs ? (index, $0) : nil }
        }.first
    }

    fileprivate var probeAt: Uptime? {
        states.contains(where: \.isProbed) ? nil : states.compactMap(\.opensAt).min()
    }
}

extension Trouble {
    fileprivate var what: String {
        switch kind {
        case .login: "login failed at"
        case .tls: "TLS failed with"
        case .refusing: "refused by"
        case .unreachable: "no connection to"
        }
    }
}
