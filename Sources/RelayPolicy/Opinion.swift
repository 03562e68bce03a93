import MailSyntax
import RelaySettings
import SieveEngine

/// What the scripts want for one recipient, as one of the few things that can become of a copy.
enum Opinion {
    case send(Wishes)
    case refuse(RejectReason, rule: String)
    case wait(RejectReason, rule: String)
    case discard(rule: String)
    case failure(rule: String, text: String)

    /// A copy that goes on, and where to.
    struct Wishes {
        struct Redirection {
            var address: Address
            var headerPieces: [Piece]?
            var rule: String
        }

        var stream: (name: String, rule: String)?
        /// nil: the recipient's own copy goes nowhere.
        var own: (hold: PlannedHold?, headerPieces: [Piece]?)?
        var redirections: [Redirection] = []

        /// What no script objects to.
        static let silent = Wishes(own: (nil, nil))
    }

    /// Rejection stands above all: what earlier scripts wanted is not done, since nothing is stored. A redirection goes
    /// where a recipient of that address would.
    init(_ result: SieveResult, _ addresses: LocalAddresses) {
        var wishes = Wishes()
        var holds: [(reason: String, tag: String?, action: SieveAction)] = []
        var discard: String?
        for action in result.actions {
            let rule = action.rule ?? ""
            switch action.kind {
            case .keep: wishes.own = (nil, action.headerPieces)
            case .discard: discard = discard ?? rule
            case .redirect(let redirection):
                let address = redirection.address
                switch addresses.recipients(for: address, limit: Limits.redirectCount) {
                case .addresses(let found):
                    wishes.redirections += found.map {
                        .init(address: $0, headerPieces: action.headerPieces, rule: rule)
                    }
                case .unknown:
                    self = .failure(rule: rule, text: "redirect to \(address): no mailbox of that name here")
                    return
                case .tooMany:
                    self = .failure(
                        rule: rule, text: "redirect to \(address): it stands for too many addresses")
                    return
                }
            case .reject(let reason):
                self = .refuse(RejectReason(reason), rule: rule)
                return
            case .deferral(let reason):
                self = .wait(RejectReason(reason, refusing: false), rule: rule)
                return
            case .store, .notice, .remember, .count:
                preconditionFailure("no script asks for what the policy does not offer")
            case .stream(let name): wishes.stream = (name, rule)
            case .hold(let hold): holds.append((hold.reason, hold.tag, action))
            }
        }
        if let first = holds.first {
            let hold = PlannedHold(
                reason: holds.map(\.reason).joined(separator: "; "), tag: holds.lazy.compactMap(\.tag).first,
                rule: first.action.rule ?? "")
            wishes.own = (hold, first.action.headerPieces)
        }
        let goesNowhere = wishes.own == nil && wishes.redirections.isEmpty
        self = goesNowhere ? .discard(rule: discard ?? "") : .send(wishes)
    }
}
