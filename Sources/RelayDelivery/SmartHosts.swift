import MailSyntax

/// The states of a stream's smart hosts, in order of preference.
struct SmartHosts: Sendable {
    /// What a connection of the stream can do with mail that is due.
    enum Outlook: Equatable, Sendable {
        /// At least one smart host may be tried.
        case promising
        /// None may, and trying would count against the mail for no fault of its own. nil: until a change.
        case wait(until: Uptime?)
        /// None can be reached, which the mail has to bear: it is deferred without being shown to one.
        case hopeless(Trouble)
    }

    private(set) var states: [SmartHostState]

    init(count: Int) { states = Array(repeating: SmartHostState(), count: count) }

    /// For each smart host its place among those before, whose trouble goes with it; nil: it is new.
    init(places: [Int?], in before: SmartHosts, at now: Uptime) {
        states = places.map { place in place.map { before[$0].anew(at: now) } ?? SmartHostState() }
    }

    /// All that are in trouble may be tried at once.
    mutating func mayBeTried(at now: Uptime) {
        for index in states.indices { states[index].mayBeTried(at: now) }
    }

    subscript(index: Int) -> SmartHostState {
        get { states[index] }
        set { states[index] = newValue }
    }

    /// `holds` says whether the asking side has an open connection to the smart host of a number.
    func outlook(at now: Uptime, holds: (Int) -> Bool) -> Outlook {
        let isPromising = states.indices.contains { index in
            states[index].allowsOpening(at: now) || states[index].isUsable && holds(index)
        }
        if isPromising { return .promising }
        if states.contains(where: \.isProbed) { return .wait(until: nil) }
        let opensAt = states.compactMap(\.opensAt).min()
        // Usable and yet no promise: others hold the connections that it allows.
        if states.contains(where: \.isUsable) { return .wait(until: opensAt) }
        if isNoFaultOfMail { return .wait(until: opensAt) }
        guard let trouble = states.lazy.compactMap(\.trouble).first else { return .wait(until: opensAt) }
        return .hopeless(trouble)
    }

    /// Every smart host is in trouble, one of them in one that is ours: time does not count.
    var isNoFaultOfMail: Bool {
        states.allSatisfy { $0.trouble != nil } && states.contains { $0.trouble?.isOurs == true }
    }

    /// One of them took mail, or none can: after a start nothing is known until then.
    var isKnown: Bool { states.contains(where: \.isProved) || states.allSatisfy { $0.trouble != nil } }
}
