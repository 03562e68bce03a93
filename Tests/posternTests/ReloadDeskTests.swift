import RelayControl
import Synchronization
import Testing

@testable import postern

@Suite(.timeLimit(.minutes(1))) struct ReloadDeskTests {
    @Test func `wishes that come during a reload are done together, after it`() async {
        let desk = ReloadDesk()
        let count = Mutex(0)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            await desk.run {
                enter.yield()
                for await _ in gate { break }
                return Self.outcome(
                    count.withLock { count in
                        count += 1
                        return count
                    })
            }
        }
        async let first = desk.ask()
        for await _ in entered { break }
        async let second = desk.ask()
        async let third = desk.ask()
        while desk.askerCount < 2 { await Task.yield() }
        open.yield()
        #expect(await first?.configuration == "1")
        for await _ in entered { break }
        open.yield()
        #expect(await second?.configuration == "2")
        #expect(await third?.configuration == "2")
        running.cancel()
        await running.value
        #expect(await desk.ask()?.configuration == nil)
    }

    private static func outcome(_ number: Int) -> ReloadDocument {
        ReloadDocument(isInForce: true, configuration: "\(number)", changed: [], findings: [])
    }
}
