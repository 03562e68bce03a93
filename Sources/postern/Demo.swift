import ArgumentParser
import RelayDemo
import RelayEvents
import RelaySettings
import Transport

/// `postern demo`: the relay at work on loopback, without a file, root or a network.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the relay at work on loopback: sample messages, and what became of each.",
        discussion: """
            Needs no configuration, no root and no network. Exits 0 only if every message ended as it should.

            EXAMPLES:
              postern demo
              postern demo --keep        goes on running; send to it yourself
            """)

    @Flag(help: "Go on running, so that you can send to it.")
    var keep = false

    func run() async throws {
        let requests = Signals.requests()
        let loops = EventLoops(count: Processors.count)
        let stage = try await DemoStage(port: 0, now: WallClock.now(), loops: loops) { Output.line($0) }
        defer { stage.clear() }
        let configuration = try Configuration.load(stage.configurationPath)
        let events = EventLog(sink: stage.story, level: .notice, now: WallClock.now)
        let relay = try await Relay.open(configuration, events: events, loops: loops)
        let isGood = await play(relay, on: stage, requests)
        events.close(within: .seconds(1))
        await loops.shutdown()
        guard isGood else { throw CommandFailure(text: "a message did not end as it should") }
    }

    private func play(_ relay: Relay, on stage: DemoStage, _ requests: AsyncStream<Signals.Request>) async
        -> Bool
    {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await stage.run()
                return true
            }
            group.addTask {
                await relay.run {
                    await $0.reload(stage.configurationPath)
                } until: { [keep] in
                    // What goes wrong is said; the story then lacks an ending, and the result is bad.
                    do { try await Self.show(relay, on: stage, keeps: keep, requests) } catch {
                        Output.complain("\(error)")
                    }
                    await stage.stop()
                }
                return stage.isGood
            }
            return await group.reduce(true) { $0 && $1 }
        }
    }

    private static func show(
        _ relay: Relay, on stage: DemoStage, keeps: Bool, _ requests: AsyncStream<Signals.Request>
    ) async throws {
        guard let address = relay.addresses.first else { return }
        try await stage.play(to: address, now: WallClock.now())
        guard keeps else { return }
        Output.line("\nThe relay goes on at \(address); end it with Ctrl-C. Try:")
        Output.line("  swaks --server \(address) --from you@office.example --to friend@customer.example")
        Output.line("  postern status --socket \(relay.inForce.settings.control.socketPath)")
        for await request in requests where request == .stop { return }
    }
}
