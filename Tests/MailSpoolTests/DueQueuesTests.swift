import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

@Suite struct DueQueuesTests {
    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }

    private func share(_ number: UInt64) -> ShareID { ShareID(entry: QueueID(number), number: 3) }

    private func key(_ number: UInt64, due: Int64) -> DueKey { DueKey(at(due), share(number)) }

    /// Takes out everything that is due, in order.
    private func drain(
        _ queues: inout DueQueues, at now: Uptime, _ keys: [DueKey], prefersRetry: Bool = false
    )
        -> [ShareID]
    {
        var shares: [ShareID] = []
        while let next = queues.next(at: now, prefersRetry: prefersRetry) {
            shares.append(next)
            for key in keys where key.share == next {
                for name in [DueQueues.Name.fresh, .retries, .stalled] { queues.remove(key, from: name) }
            }
        }
        return shares
    }

    @Test func `a key gives back what it was made of`() {
        let key = DueKey(Uptime(milliseconds: 123_456_789), ShareID(entry: QueueID(.max), number: 60_000))
        #expect(key.dueAt == Uptime(milliseconds: 123_456_789))
        #expect(key.share == ShareID(entry: QueueID(.max), number: 60_000))
        let before = DueKey(Uptime(milliseconds: -86_400_000), share(1))
        #expect(before.dueAt == Uptime(milliseconds: -86_400_000) && before < key)
        #expect(DueKey(Uptime(milliseconds: .min), share(1)) < DueKey(Uptime(milliseconds: .max), share(1)))
    }

    @Test func `what is due later waits, and comes in the order of its due times`() {
        var queues = DueQueues()
        let keys = [(1, 30), (2, 10), (3, 20)].map { key($0, due: $1) }
        for key in keys { queues.insert(key, in: .retries) }
        #expect(queues.next(at: at(9), prefersRetry: true) == nil && queues.nextDueAt == at(10))
        #expect(drain(&queues, at: at(20), keys) == [share(2), share(3)])
        #expect(queues.nextDueAt == at(30))
    }

    @Test func `of new mail and retries comes what is preferred, and the other where there is none`() {
        var queues = DueQueues()
        queues.insert(key(1, due: 5), in: .fresh)
        queues.insert(key(2, due: 4), in: .retries)
        #expect(queues.next(at: at(5), prefersRetry: false) == share(1))
        #expect(queues.next(at: at(5), prefersRetry: true) == share(2))
        queues.remove(key(2, due: 4), from: .retries)
        #expect(queues.next(at: at(5), prefersRetry: true) == share(1))
    }

    @Test func `a smart host that is well again hastens what is stalled, and only that`() {
        var queues = DueQueues()
        let keys = [key(1, due: 100), key(2, due: 50), key(3, due: 90), key(4, due: 5)]
        queues.insert(keys[0], in: .stalled)
        queues.insert(keys[1], in: .retries)
        queues.insert(keys[2], in: .stalled)
        queues.insert(keys[3], in: .retries)
        queues.hasten(at: at(10))
        #expect(queues.nextDueAt == at(5))
        #expect(drain(&queues, at: at(10), keys) == [share(4), share(3), share(1)])
        #expect(queues.nextDueAt == at(50))
    }

    @Test func `what is hastened goes before what becomes due later, and may be hastened twice`() {
        var queues = DueQueues()
        let keys = [key(1, due: 100), key(2, due: 15), key(3, due: 90)]
        queues.insert(keys[0], in: .stalled)
        queues.hasten(at: at(10))
        queues.insert(keys[1], in: .retries)
        queues.insert(keys[2], in: .stalled)
        #expect(queues.nextDueAt == at(10))
        queues.hasten(at: at(12))
        #expect(drain(&queues, at: at(20), keys) == [share(3), share(1), share(2)])
        #expect(queues.nextDueAt == nil)
    }

    @Test func `a smart host that may be well hastens the first that is stalled, the rest once it is`() {
        var queues = DueQueues()
        let keys = [key(1, due: 100), key(2, due: 90), key(3, due: 80)]
        for key in keys { queues.insert(key, in: .stalled) }
        queues.hasten(at: at(10), onlyFirst: true)
        #expect(drain(&queues, at: at(10), keys) == [share(3)])
        queues.hasten(at: at(11), onlyFirst: true)
        queues.hasten(at: at(12))
        #expect(drain(&queues, at: at(12), keys) == [share(2), share(1)])
        #expect(queues.nextDueAt == nil)
    }

    @Test func `once no smart host is well after all, what is stalled waits for its own time`() {
        var queues = DueQueues()
        let keys = [key(1, due: 100), key(2, due: 90)]
        for key in keys { queues.insert(key, in: .stalled) }
        queues.hasten(at: at(10))
        #expect(queues.next(at: at(10), prefersRetry: false) == share(2))
        queues.remove(keys[1], from: .stalled)
        queues.calm()
        #expect(queues.next(at: at(10), prefersRetry: false) == nil && queues.nextDueAt == at(100))
    }

    @Test func `it is a sorted list, whatever comes and goes in which order`() {
        var random = SeededRandom(seed: 4)
        var queues = DueQueues()
        var model: [UInt64: (key: DueKey, name: DueQueues.Name)] = [:]
        for _ in 0..<4000 {
            let number = UInt64.random(in: 0..<900, using: &random)
            if let old = model.removeValue(forKey: number) {
                queues.remove(old.key, from: old.name)
            } else {
                let name: DueQueues.Name = Bool.random(using: &random) ? .fresh : .retries
                let key = key(number, due: Int64.random(in: 0..<100, using: &random))
                queues.insert(key, in: name)
                model[number] = (key, name)
            }
            #expect(queues.nextDueAt == model.values.map(\.key.dueAt).min())
            let fresh = model.values.filter { $0.name == .fresh }.map(\.key).min()
            let retry = model.values.filter { $0.name == .retries }.map(\.key).min()
            #expect(queues.next(at: at(100), prefersRetry: false) == (fresh ?? retry)?.share)
        }
    }
}
