import Dispatch
import Synchronization
import Testing

@testable import Transport

/// A name server that is silent until told to answer, and counts who asks at the same time.
private final class SilentServer: Sendable {
    private let asking = Mutex((now: 0, most: 0, total: 0))
    private let answers = DispatchSemaphore(value: 0)
    private let arrivals = AsyncStream.makeStream(of: Void.self)

    func lookUp(_ host: String, _ port: Int) -> Result<[PeerAddress], TransportError> {
        asking.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.total + 1) }
        arrivals.continuation.yield()
        answers.wait()
        asking.withLock { $0.now -= 1 }
        return .success([PeerAddress(host: .ipv4(1), port: port)])
    }

    func answer(_ count: Int) { for _ in 0..<count { answers.signal() } }

    func arrive(_ count: Int) async {
        var iterator = arrivals.stream.makeAsyncIterator()
        for _ in 0..<count { await iterator.next() }
    }

    var most: Int { asking.withLock { $0.most } }
    var total: Int { asking.withLock { $0.total } }
}

@Suite struct ResolverTests {
    @Test func `literals are answered without a thread`() async throws {
        let resolver = Resolver(threads: 1) { host, _ in .failure(.name("asked for \(host)")) }
        let found = try await resolver.addresses(of: "192.0.2.1", port: 25, within: .zero)
        #expect(found.map(\.description) == ["192.0.2.1:25"])
        let six = try await resolver.addresses(of: "[::1]", port: 25, within: .zero)
        #expect(six.map(\.description) == ["[::1]:25"])
    }

    @Test func `the system's names are found`() async throws {
        let found = try await Resolver(threads: 1).addresses(of: "localhost", port: 25, within: .seconds(60))
        #expect(found.contains { $0.isLoopback && $0.port == 25 })
    }

    @Test func `a name without an address is an error that names it`() async throws {
        let error = await #expect(throws: TransportError.self) {
            try await Resolver(threads: 1).addresses(of: "no such name", port: 25, within: .seconds(60))
        }
        #expect(error?.description.hasPrefix("no such name: ") == true)
    }

    @Test func `a silent server times callers out and uses no more threads than allowed`() async throws {
        let server = SilentServer()
        let resolver = Resolver(threads: 2) { server.lookUp($0, $1) }
        for index in 0..<20 {
            await #expect(throws: TransportError.name("h\(index): the name server does not answer")) {
                try await resolver.addresses(of: "h\(index)", port: 25, within: .milliseconds(1))
            }
        }
        // The two threads are still in their first questions; the others' were given up before anyone asked.
        async let answer = resolver.addresses(of: "last", port: 25, within: .seconds(60))
        await server.arrive(2)
        server.answer(3)
        #expect(try await answer.count == 1)
        #expect(server.most == 2)
        #expect(server.total == 3)
    }

    @Test func `another resolver is not held up`() async throws {
        let server = SilentServer()
        let silent = Resolver(threads: 1) { server.lookUp($0, $1) }
        async let stuck = silent.addresses(of: "a", port: 25, within: .seconds(60))
        await server.arrive(1)
        let lively = Resolver(threads: 1) { _, port in .success([PeerAddress(host: .ipv4(2), port: port)]) }
        #expect(try await lively.addresses(of: "b", port: 25, within: .seconds(60)).count == 1)
        server.answer(1)
        #expect(try await stuck.count == 1)
    }

    @Test func `a cancelled caller waits no longer`() async throws {
        let server = SilentServer()
        let resolver = Resolver(threads: 1) { server.lookUp($0, $1) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: TransportError.cancelled) {
                    try await resolver.addresses(of: "a", port: 25, within: .seconds(600))
                }
            }
            await server.arrive(1)
            group.cancelAll()
        }
        server.answer(1)
    }

    @Test func `many questions all get their answer`() async throws {
        let resolver = Resolver(threads: 3) { host, port in
            .success([PeerAddress(host: .ipv4(UInt32(host.dropFirst()) ?? 0), port: port)])
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<300 {
                group.addTask {
                    try await resolver.addresses(of: "h\(index)", port: 1, within: .seconds(60)).first?.host
                        == .ipv4(UInt32(index))
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
