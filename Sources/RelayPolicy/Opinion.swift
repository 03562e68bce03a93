import MailSyntax
import RelaySettings
import SieveEngine

/// What the scripts want for one recipient.
struct Opinion {
    /// One of the few things that can become of a copy.
    enum Fate {
        case send(Wishes)
        case refuse(RejectReason, rule: String)
        case wait(RejectReason, rule: String)
        case discard(rule: String)
        case failure(rule: String, text: String)
    }

    /// A copy that goes on, and where to.
    struct Wishes {
        struct Redirection {
            var address: Address
            var request: SieveRedirection
            var edits: PlannedEdits
            var rule: String

            /// As it stands in the place of a recipient, or beside it.
            func recipient(for recipient: Recipient) -> Recipient {
                Recipient(address, notify: request.notify(for: recipient))
            }
        }

        struct Storage {
            var folder: String
            var edits: PlannedEdits
            var rule: String
        }

        var stream: (name: String, rule: String)?
        /// nil: the recipient's own copy goes nowhere.
        var own: (hold: PlannedHold?, edits: PlannedEdits)?
        var redirections: [Redirection] = []
        var storages: [Storage] = []

        /// What no script objects to.
        static let silent = Wishes(own: (nil, .none))
    }

    var fate: Fate
    /// Done beside it, if the message is accepted for the recipient.
    var identifiers: [[UInt8]: Int] = [:]
    var counts: [SieveCount] = []
    var notices: [PlannedNotice] = []

    init(_ fate: Fate) { self.fate = fate }

    static let silent = Opinion(.send(.silent))

    static func failure(rule: String, _ text: String) -> Opinion { Opinion(.failure(rule: rule, text: text)) }

    /// Rejection stands above all: what earlier scripts wanted is not done, since nothing is stored.
    init(_ result: SieveResult, _ addresses: LocalAddresses) {
        self.init(.send(Wishes()))
        var gathering = Gathering(addresses)
        for action in result.actions {
            if let last = gathering.take(action) {
                self = Opinion(last)
                return
            }
            note(action)
        }
        fate = gathering.fate
    }

    private mutating func note(_ action: SieveAction) {
        switch action.kind {
        case .remember(let identifier, let seconds): identifiers[identifier] = seconds
        case .count(let count): counts.append(count)
        case .notice(let notice): notices.append(PlannedNotice(notice, rule: action.rule ?? ""))
        case .hold(let hold):
            if let address = hold.notify {
                notices.append(PlannedNotice(of: hold, to: address, rule: action.rule ?? ""))
            }
        case .keep, .discard, .redirect, .reject, .deferral, .stream, .store: break
        }
    }
}

extension PlannedEdits {
    fileprivate init(_ action: SieveAction) {
        self.init(header: action.headerPieces, body: action.bodyPieces)
    }
}

/// Puts the actions of one run together.
private struct Gathering {
    private let addresses: LocalAddresses
    private var wishes = Opinion.Wishes()
    private var holds: [(hold: SieveHold, action: SieveAction)] = []
    private var discard: String?

    init(_ addresses: LocalAddresses) { self.addresses = addresses }

    /// What decides all by itself; nil: others go on.
    mutating func take(_ action: SieveAction) -> Opinion.Fate? {
        let rule = action.rule ?? ""
        switch action.kind {
        case .keep: wishes.own = (nil, PlannedEdits(action))
        case .discard: discard = discard ?? rule
        case .redirect(let redirection): return redirect(redirection, action, rule)
        case .reject(let lines): return .refuse(RejectReason(lines: lines), rule: rule)
        case .deferral(let reason): return .wait(RejectReason(reason, refusing: false), rule: rule)
        case .stream(let name): wishes.stream = (name, rule)
        case .hold(let hold): holds.append((hold, action))
        case .store(let folder, _):
            wishes.storages.append(.init(folder: folder, edits: PlannedEdits(action), rule: rule))
        case .notice, .remember, .count: break
        }
        return nil
    }

    /// A redirection goes where a recipient of that address would.
    private mutating func redirect(
        _ redirection: SieveRedirection, _ action: SieveAction, _ rule: String
    ) -> Opinion.Fate? {
        let address = redirection.address
        switch addresses.recipients(for: address, limit: Limits.redirectCount) {
        case .addresses(let found):
            wishes.redirections += found.map {
                .init(address: $0, request: redirection, edits: PlannedEdits(action), rule: rule)
            }
            return nil
        case .unknown:
            return .failure(rule: rule, text: "redirect to \(address): no mailbox of that name here")
        case .tooMany:
            return .failure(rule: rule, text: "redirect to \(address): it stands for too many addresses")
        }
    }

    var fate: Opinion.Fate {
        var wishes = wishes
        if let first = holds.first {
            let reason = holds.map(\.hold.reason).joined(separator: "; ")
            // That word is ours: what has it is judged again without a person.
            let hold = PlannedHold(
                reason: reason == PlannedHold.policyError ? "a script says \(reason)" : reason,
                tag: holds.lazy.compactMap(\.hold.tag).first,
                seconds: holds.compactMap(\.hold.seconds).min(), rule: first.action.rule ?? "")
            wishes.own = (hold, PlannedEdits(first.action))
        }
        let goesNowhere = wishes.own == nil && wishes.redirections.isEmpty && wishes.storages.isEmpty
        return goesNowhere ? .discard(rule: discard ?? "") : .send(wishes)
    }
}

extension PlannedNotice {
    /// A word to whoever `hold :notify` names; nothing that the message says is in it.
    fileprivate init(of hold: SieveHold, to address: Address, rule: String) {
        self.init(
            recipients: [address], copied: [], blindRecipients: [], from: nil,
            subject: "Mail waits for a decision: \(hold.reason)", body: nil, fields: [], importance: 2,
            rule: rule, isOfHold: true)
    }

    fileprivate init(_ notice: SieveNotice, rule: String) {
        self.init(
            recipients: notice.recipients, copied: notice.copied, blindRecipients: notice.blindRecipients,
            from: notice.from, subject: notice.subject, body: notice.body,
            fields: notice.fields.map { .init(name: $0.name, value: $0.value) },
            importance: notice.importance.rawValue, rule: rule)
    }
}
