package import MailSyntax

/// Mail that waits for a person: who hears of it, and what becomes of it when nobody decides.
package struct HoldSettings: Hashable, Sendable {
    /// Who gets the digest.
    package enum Notice: Hashable, Sendable {
        /// `postmaster` of the configuration.
        case postmaster
        case address(Address)
        case nobody
    }

    /// What becomes of mail that the policy held and nobody decided about.
    package enum ExpiryAction: String, Hashable, Sendable, CaseIterable {
        /// Its sender gets a report.
        case bounce
        /// Nobody is told but the journal.
        case delete
        case release
    }

    /// What becomes of mail that is to be held where no more may be.
    package enum FullAction: String, Hashable, Sendable, CaseIterable {
        case tempfail
        case reject
    }

    package var notice = Notice.postmaster
    /// At most one digest in so long; zero: none.
    package var digestInterval = Duration.seconds(3600)
    /// Zero: never.
    package var expire = Duration.seconds(14 * 86_400)
    package var onExpire = ExpiryAction.bounce
    /// At so many held shares what would be held is refused.
    package var countLimit = 10_000
    package var onFull = FullAction.tempfail

    package init() {}
}

extension HoldSettings {
    static let keys: [Key<HoldSettings>] = [
        Key("notify", \.notice, .notice),
        Key("digest", \.digestInterval, .duration(.zero ... .seconds(30 * 86_400))),
        Key("expire", \.expire, .duration(.zero ... .seconds(365 * 86_400))),
        Key("on_expire", \.onExpire, .choice()),
        Key("max", \.countLimit, .count(0...10_000_000)),
        Key("on_full", \.onFull, .choice()),
    ]
}

extension Reader where Value == HoldSettings.Notice {
    fileprivate static var notice: Reader {
        Reader { item, reading in
            if item.node.isNull { return .nobody }
            if item.node.text == "postmaster" { return .postmaster }
            return Reader<Address>.address.read(item, &reading).map { .address($0) }
        }
    }
}
