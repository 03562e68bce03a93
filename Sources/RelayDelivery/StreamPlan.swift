import RelaySettings
import Transport

/// How a stream sends, as values made once from its settings. An attempt begins and ends with one plan.
struct StreamPlan: Sendable {
    /// Tells the plan from those before it.
    let number: Int
    let stream: StreamSettings
    /// What all streams use in common, under the settings that the plan was made from.
    let services: DeliveryServices
    let targets: [SmartHostTarget]
    let retry: RetryPolicy
    let envelope: StreamEnvelope

    /// The resolver is the stream's own, and stays from plan to plan.
    init(_ stream: StreamSettings, number: Int = 0, services: DeliveryServices, resolver: Resolver) {
        self.number = number
        self.stream = stream
        self.services = services
        targets = stream.smartHosts.enumerated().map { index, settings in
            SmartHostTarget(
                settings, index: index, stream: stream.name,
                credential: settings.credential.flatMap { services.credentials[$0] }, resolver: resolver)
        }
        retry = RetryPolicy(stream)
        envelope = StreamEnvelope(
            stream, hostname: services.hostname, routeHeaders: services.routeHeaders)
    }

    /// Whether mail goes out in exactly the same way.
    func isSame(as other: StreamPlan) -> Bool {
        stream == other.stream && targets.map(\.credential) == other.targets.map(\.credential)
            && services.hostname == other.services.hostname
            && services.postmaster == other.services.postmaster
            && services.reports == other.services.reports
            && services.routeHeaders == other.services.routeHeaders
    }

    /// For each smart host its place in a plan before; nil: it is new.
    func places(in other: StreamPlan) -> [Int?] {
        targets.map { target in other.targets.firstIndex { $0.name == target.name } }
    }
}
