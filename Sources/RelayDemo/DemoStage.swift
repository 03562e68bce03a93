package import MailSyntax
import SMTPProtocol
import Synchronization
import TLSEngine
package import Transport

/// The demo's stage: smart hosts on loopback, a configuration for a relay between them, and sample messages.
///
/// Whoever plays it starts a relay with the configuration, tells its events to `story`, and calls `play`.
package final class DemoStage: Sendable {
    /// Where the relay's events go.
    package let story: DemoStory
    private let folder: DemoFolder
    private let loops: EventLoops
    private let smartHosts: [DemoSmartHost]
    private let show: @Sendable (String) -> Void
    private let wasGood = Atomic(false)

    /// How long the samples may take together.
    private static let patience = Duration.seconds(60)

    /// Starts listening and writes the relay's files. `port` is where the relay shall listen, 0 for any.
    package init(
        port: Int, now: Timestamp, loops: EventLoops, show: @escaping @Sendable (String) -> Void
    ) async throws {
        self.show = show
        self.loops = loops
        story = DemoStory(show: show)
        folder = try DemoFolder()
        // Backdated: a clock that is set back a little must not spoil the show.
        let validity = CertificateValidity(
            from: now.millisecondsSince1970 / 1000 - 3600, lasting: .seconds(30 * 86_400))
        let authority = try ThrowAwayAuthority(name: "postern demo", validity: validity)
        let leaf = try authority.issue(names: ["localhost"], validity: validity)
        let tls = try TLSContext.server(
            certificatePEM: leaf.certificatePEM, keyPEM: leaf.keyPEM, minimum: .tls12)
        var hosts: [DemoSmartHost] = []
        for name in DemoOffice.streams {
            hosts.append(
                try await DemoSmartHost(
                    name: name, username: "office", password: DemoOffice.password,
                    busyCount: DemoOffice.busyCount(of: name), tls: tls, loops: loops))
        }
        smartHosts = hosts
        let ports = Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0.port) })
        try folder.write("ca.pem", authority.certificatePEM)
        try folder.write("secret", Array(DemoOffice.password.utf8))
        try folder.write("outbound.sieve", Array(DemoOffice.policy.utf8))
        try folder.write(
            "postern.yaml",
            Array(DemoOffice.configuration(folder: folder.path, port: port, ports: ports).utf8))
    }

    /// The relay's configuration file.
    package var configurationPath: String { "\(folder.path)/postern.yaml" }

    /// Whether every sample ended as it should.
    package var isGood: Bool { wasGood.load(ordering: .acquiring) }

    /// Serves as smart hosts until `stop`.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for host in smartHosts { group.addTask { await host.run() } }
        }
    }

    /// Stops the smart hosts.
    package func stop() async {
        for host in smartHosts { await host.stop() }
    }

    /// Removes the demo's files.
    package func clear() { folder.remove() }

    /// Sends every sample to the relay, waits for what becomes of it and tells each story.
    package func play(to relay: PeerAddress, now: Timestamp) async throws {
        for sample in Sample.all {
            let reply = try await DemoClient.send(
                sample, date: MessageDate.rfc5322(now), to: relay, loops: loops)
            show("\(sample.title): the relay answered \"\(reply.text)\"")
        }
        await waitForEndings()
        show("\nWhat became of each message:\n")
        wasGood.store(Sample.all.map(tell).allSatisfy { $0 }, ordering: .releasing)
    }

    private func waitForEndings() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [story] in
                await story.wait { Sample.all.allSatisfy { $0.hasEnded(story.chapters(of: $0.messageID)) } }
            }
            // A cancelled sleep means that the samples were faster.
            group.addTask { try? await Task.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
    }

    private func tell(_ sample: Sample) -> Bool {
        let chapters = story.chapters(of: sample.messageID)
        let isGood = sample.hasEnded(chapters)
        show("\(sample.title) (\(sample.subject)), expected to be \(sample.ending): \(isGood ? "yes" : "NO")")
        for chapter in chapters { show("    \(chapter.event.padded(to: 10)) \(chapter.message)") }
        return isGood
    }
}
