import RelaySettings

/// How a stream sends, as values made once from its settings. An attempt begins and ends with one plan.
struct StreamPlan: Sendable {
    let stream: StreamSettings
    let targets: [SmartHostTarget]
    let retry: RetryPolicy
    let envelope: StreamEnvelope

    init(_ stream: StreamSettings, services: DeliveryServices) {
        self.stream = stream
        let resolver = services.makeResolver()
        targets = stream.smartHosts.enumerated().map { index, settings in
            SmartHostTarget(
                settings, index: index, stream: stream.name,
                credential: settings.credential.flatMap { services.credentials[$0] }, resolver: resolver)
        }
        retry = RetryPolicy(stream)
        envelope = StreamEnvelope(
            stream, hostname: services.hostname, routeHeaders: services.routeHeaders)
    }
}
