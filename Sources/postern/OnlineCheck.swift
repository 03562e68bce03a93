import MailSyntax
import RelayDelivery
import RelayEvents
import RelaySettings

/// What `check --online` looks at: whether each smart host can be reached and lets us in, and for how long its
/// certificate is good. Sends nothing.
struct OnlineCheck {
    let settings: Settings
    /// Of the configuration, for the findings.
    let places: SettingsPlaces

    /// All streams at once, as one that does not answer takes its time; in the order of the configuration.
    func findings() async -> [SettingsFinding] {
        await withTaskGroup(of: (Int, [SettingsFinding]).self) { group in
            for (place, name) in settings.streamNames.enumerated() {
                guard let stream = settings.streams[name] else { continue }
                group.addTask { (place, await findings(stream)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func findings(_ stream: StreamSettings) async -> [SettingsFinding] {
        var findings: [SettingsFinding] = []
        // Each is tried once, in the order of the configuration.
        var index = 0
        _ = await SmartHostTrial(settings).run(stream) { finding in
            let place = "streams.\(stream.name): \(finding.smartHost)"
            let names = ["streams", stream.name, "smarthosts", "\(index)"]
            index += 1
            if let failure = finding.failure {
                let reply = failure.reply.map { ": \($0)" } ?? ""
                let text = "\(place): \(failure.step): \(failure.reason)\(reply)"
                findings.append(places.finding(.error, text, at: names))
            } else if let end = finding.tls?.validUntil, end < WallClock.now() + Self.soon {
                let date = Figures.moment(end.rfc3339)
                let text = "\(place): its certificate is good until \(date) only"
                findings.append(places.finding(.warning, text, at: names))
            }
        }
        return findings
    }

    /// A certificate that ends within this is told of.
    private static let soon = Duration.seconds(14 * 86_400)
}
