import MailSyntax
import PosternTestSupport
import SieveEngine
import Synchronization
import Testing

@testable import RelayPolicy

@Suite struct PolicyMemoryTests {
    private final class Clock: Sendable {
        private let seconds = Mutex(Int64(1_000_000))
        var now: Timestamp { Timestamp(millisecondsSince1970: seconds.withLock { $0 } * 1000) }
        func pass(_ count: Int64) { seconds.withLock { $0 += count } }
    }

    private let clock = Clock()

    private func traces(_ identifier: String? = nil, key: String? = nil, amount: Int = 1, seconds: Int = 60)
        -> PolicyTraces
    {
        var traces = PolicyTraces()
        if let identifier { traces.identifiers[Array(identifier.utf8)] = seconds }
        if let key { traces.counts = [.init(key: Array(key.utf8), amount: amount, seconds: seconds)] }
        return traces
    }

    @Test func `an identifier is known until its time is over`() {
        let memory = PolicyMemory(now: { clock.now })
        memory.take(traces("a"))
        #expect(memory.hasSeen(Array("a".utf8), withinSeconds: 60))
        #expect(!memory.hasSeen(Array("b".utf8), withinSeconds: 60))
        clock.pass(60)
        #expect(!memory.hasSeen(Array("a".utf8), withinSeconds: 60))
    }

    @Test func `what is counted slides out of the window`() {
        let memory = PolicyMemory(now: { clock.now })
        for _ in 1...3 {
            memory.take(traces(key: "k", amount: 2))
            clock.pass(20)
        }
        let counts = (0..<4).map { _ in
            defer { clock.pass(20) }
            return memory.count(of: Array("k".utf8), withinSeconds: 60)
        }
        #expect(counts == [4, 2, 0, 0])
    }

    @Test func `a restart knows what the run before noted, and what it wrote as a whole`() {
        let lines = Mutex<[String]>([])
        let memory = PolicyMemory(now: { clock.now }, note: { line in lines.withLock { $0.append(line) } })
        memory.take(traces("id", key: "k", amount: 5))
        clock.pass(10)
        memory.take(traces(key: "k", amount: 1))
        for restored in [lines.withLock { $0 }, memory.lines()] {
            let next = PolicyMemory(now: { clock.now })
            for line in restored + [
                "seen", "count 1 2", "seen x y z", "seen 1 99999999999 00", "count 1 60 1 0",
            ] {
                next.restore(line[...])
            }
            #expect(next.hasSeen(Array("id".utf8), withinSeconds: 60))
            #expect(next.count(of: Array("k".utf8), withinSeconds: 60) == 6)
        }
    }

    @Test func `it keeps no more than its bound`() {
        let memory = PolicyMemory(now: { clock.now })
        for number in 0..<Limits.rememberedCount { memory.take(traces("\(number)", seconds: 600)) }
        clock.pass(1)
        memory.take(traces("\(Limits.rememberedCount)", seconds: 600))
        #expect(memory.lines().count <= Limits.rememberedCount)
        #expect(memory.hasSeen(Array("\(Limits.rememberedCount)".utf8), withinSeconds: 600))
    }
}
