import MailSyntax
import PosternTestSupport
import Testing

@testable import MailSpool

/// Every operation of the spool with every one of its disk operations failing, and with a power cut before each.
@Suite struct ExhaustiveTests {
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (SpoolModel) throws(SpoolError) -> Void
    }

    private enum Trouble {
        case failure(DiskError.Reason)
        case death
        case shortWrite
        case powerCut

        func plan(_ number: Int) -> SimulatedDisk.Plan {
            switch self {
            case .failure(let reason): .failure(at: number, reason)
            case .death: .failures(from: number, .inputOutput)
            case .shortWrite: .shortWrite(at: number, .noSpace)
            case .powerCut: .powerCut(before: number)
            }
        }
    }

    static let first = QueueID(1 << 30)
    static let second = QueueID(2 << 30)
    static let many = QueueID(5 << 29)
    static let fresh = QueueID(3 << 30)

    static let operations = [
        Operation(testDescription: "accept a short message") { model throws(SpoolError) in
            try model.accept(fresh, Samples.split(700), Samples.message(700, seed: 3))
        },
        Operation(testDescription: "accept a long message") { model throws(SpoolError) in
            try model.accept(fresh, Samples.split(5000), Samples.message(5000, seed: 3), chunk: 1024)
        },
        Operation(testDescription: "accept four messages, in two folders") { model throws(SpoolError) in
            for number in 0..<4 {
                try model.accept(
                    QueueID(fresh.rawValue + UInt64(number)), Samples.plain, Samples.message(100 + number))
            }
        },
        Operation(testDescription: "accept two messages, the second while the first is synced") {
            model throws(SpoolError) in
            try model.accept(
                fresh, joinedBy: QueueID(fresh.rawValue + 1), Samples.plain, Samples.message(100))
        },
        Operation(testDescription: "drop a draft") { model throws(SpoolError) in
            try model.abort(fresh, Samples.message(2000))
        },
        Operation(testDescription: "partial delivery") { model throws(SpoolError) in
            try model.change(ShareID(entry: first, number: 1), keeps: true) { share in
                var change = ShareChange()
                change.statuses = [0: .delivered, 2: .failed]
                change.replies = [0: "250 2.0.0 ok", 2: "550 5.1.1 no such user"]
                change.attemptCount = 1
                change.nextAttemptAt = Samples.time + .seconds(300)
                change.lastReply = "451 4.3.0 later"
                share.apply(change)
            }
        },
        Operation(testDescription: "two deferrals") { model throws(SpoolError) in
            for count in 1...2 {
                try model.change(ShareID(entry: first, number: 1), keeps: true) { $0.deferred(count) }
            }
        },
        Operation(testDescription: "deferral, then partial delivery") { model throws(SpoolError) in
            try model.change(ShareID(entry: first, number: 1), keeps: true) { $0.deferred(1) }
            try model.change(ShareID(entry: first, number: 1), keeps: true) { share in
                share.recipients[1].status = .delivered
            }
        },
        Operation(testDescription: "one share ends") { model throws(SpoolError) in
            try model.change(ShareID(entry: second, number: 3), keeps: true) { share in
                var change = ShareChange()
                change.statuses = [0: .delivered]
                share.apply(change)
            }
        },
        Operation(testDescription: "hold") { model throws(SpoolError) in
            try model.change(ShareID(entry: first, number: 1), keeps: false) { share in
                share.standing = .held(Hold(reason: "stream-removed", heldAt: Samples.time))
            }
        },
        Operation(testDescription: "release") { model throws(SpoolError) in
            try model.change(ShareID(entry: second, number: 2), keeps: false) { $0.standing = .waiting }
        },
        Operation(testDescription: "reroute") { model throws(SpoolError) in
            try model.change(ShareID(entry: second, number: 1), keeps: false) { $0.stream = "other" }
        },
        Operation(testDescription: "last delivery") { model throws(SpoolError) in try model.finish(first) },
        Operation(testDescription: "delete") { model throws(SpoolError) in try model.delete(second) },
        Operation(testDescription: "last delivery of three shares") { model throws(SpoolError) in
            try model.finish(second)
        },
        Operation(testDescription: "delete one share of three") { model throws(SpoolError) in
            try model.delete(second, only: 1)
        },
        Operation(testDescription: "a result, told again") { model throws(SpoolError) in
            defer { model.catchUp() }
            try model.change(ShareID(entry: first, number: 1), keeps: true) { $0.deferred(1) }
        },
        Operation(testDescription: "kill and start") { model throws(SpoolError) in try model.kill() },
        Operation(testDescription: "close and open") { model throws(SpoolError) in try model.open() },
        Operation(testDescription: "a scan cut short, then a new message") { model throws(SpoolError) in
            try model.open(scanning: 1)
            try model.accept(fresh, Samples.plain, Samples.message(100))
        },
        Operation(testDescription: "last delivery, then a new message") { model throws(SpoolError) in
            // What could not be removed is tried again.
            try model.finish(first)
            try model.accept(fresh, Samples.plain, Samples.message(100))
        },
        Operation(testDescription: "two changes of an entry with many shares") { model throws(SpoolError) in
            for number in [3, 17] {
                try model.change(ShareID(entry: many, number: number), keeps: true) { share in
                    var change = ShareChange()
                    change.statuses = [0: .delivered]
                    share.apply(change)
                }
            }
        },
        Operation(testDescription: "read messages") { model throws(SpoolError) in
            for id in [first, second] { try model.read(id) }
        },
        Operation(testDescription: "probe") { model throws(SpoolError) in
            do throws(DiskError) { try DiskProbe.store(on: model.disk, in: "/spool/queue") } catch {
                throw SpoolError(error)
            }
        },
    ]

    /// Two entries, one of them with a draft beside it that an earlier run left.
    private static func prepared() throws -> SpoolModel {
        let model = SpoolModel()
        try model.open()
        try model.accept(first, Samples.plain, Samples.message(300, seed: 1))
        try model.accept(second, Samples.split(900), Samples.message(900, seed: 2))
        try model.accept(many, Samples.wide(shareCount: 20), Samples.message(50))
        model.disk.restart(.nothing)
        let draft = "/spool/queue/000000/" + QueueID(fresh.rawValue + 100).description
        model.disk.put(Samples.message(333), at: draft)
        return model
    }

    /// Runs the operation with every plan until one is not reached any more; hands over what came of it.
    private func exhaust(
        _ operation: Operation, _ trouble: Trouble,
        then: (SpoolModel, _ number: Int, _ succeeded: Bool) throws -> Void
    ) throws {
        let prepared = try Self.prepared()
        for number in 1... {
            let model = prepared.copy()
            try model.open()
            model.disk.plan(trouble.plan(number))
            var succeeded = true
            do throws(SpoolError) { try operation.run(model) } catch { succeeded = false }
            let isReached = model.disk.isPlanReached
            #expect(isReached || succeeded, "\(operation): failed without a reason")
            model.disk.plan(.nothing)
            try then(model, number, succeeded)
            guard isReached else { return }
            try #require(number < 200)
        }
    }

    private func verify(_ model: SpoolModel, tears: Bool = false, _ context: String) {
        do { try model.check(tears: tears) } catch { Issue.record("\(context): \(error)") }
    }

    @Test(arguments: operations)
    func `what was acknowledged survives every failure and a restart`(_ operation: Operation) throws {
        for reason in [DiskError.Reason.inputOutput, .noSpace, .other] {
            try exhaust(operation, .failure(reason)) { model, number, _ in
                try model.restart(.nothing)
                verify(model, "\(operation.testDescription), \(reason) at \(number)")
            }
        }
    }

    @Test(arguments: operations)
    func `what was acknowledged survives a failure followed by a power cut`(_ operation: Operation) throws {
        try exhaust(operation, .failure(.inputOutput)) { model, number, _ in
            try model.restart(.everything)
            verify(model, "\(operation.testDescription), failure at \(number)")
        }
    }

    @Test(arguments: operations)
    func `what was acknowledged survives a disk that stays dead`(_ operation: Operation) throws {
        try exhaust(operation, .death) { model, number, _ in
            try model.restart(.everything)
            verify(model, "\(operation.testDescription), dead from \(number)")
        }
    }

    @Test(arguments: operations)
    func `a write cut short leaves nothing half done`(_ operation: Operation) throws {
        try exhaust(operation, .shortWrite) { model, number, _ in
            // A plan that begins with another operation than a write is a failure of the next one.
            try model.restart(number % 2 == 0 ? .nothing : .everything)
            verify(model, "\(operation.testDescription), short write at \(number)")
        }
    }

    @Test(arguments: operations)
    func `a power cut at any point loses nothing acknowledged and leaves nothing behind`(
        _ operation: Operation
    ) throws {
        for loss in [SimulatedDisk.Loss.everything, .nothing] {
            try exhaust(operation, .powerCut) { model, number, _ in
                try model.restart(loss)
                verify(model, "\(operation.testDescription), \(loss) before \(number)")
            }
        }
    }

    @Test(arguments: operations)
    func `a power cut that tears what was not synced loses nothing acknowledged`(
        _ operation: Operation
    ) throws {
        for seed in 1...8 as ClosedRange<UInt64> {
            try exhaust(operation, .powerCut) { model, number, _ in
                try model.restart(.byChance(SeededRandom(seed: seed)))
                verify(model, tears: true, "\(operation.testDescription), seed \(seed) before \(number)")
            }
        }
    }

    @Test func `a power cut at any point of a recovery is survived by the next`() throws {
        for loss in [SimulatedDisk.Loss.everything, .nothing, .byChance(SeededRandom(seed: 5))] {
            let prepared = try Self.prepared()
            prepared.disk.put(Array("no mail".utf8), at: "/spool/queue/000000/README")
            for number in 1...200 {
                let model = prepared.copy()
                model.disk.plan(.powerCut(before: number))
                try? model.open()
                let isReached = model.disk.isPlanReached
                try model.restart(loss)
                try? model.disk.remove("/spool/damaged/README")
                verify(model, "\(loss) before \(number)")
                if !isReached { return }
            }
        }
    }

    @Test(arguments: operations.prefix(2))
    func `a commit that fails removes its file at once`(_ operation: Operation) throws {
        for trouble in [Trouble.failure(.inputOutput), .failure(.noSpace), .shortWrite] {
            try exhaust(operation, trouble) { model, number, succeeded in
                let isThere = model.disk.paths.contains { $0.hasSuffix("/\(Self.fresh)") }
                #expect(isThere == succeeded, "\(trouble) at \(number)")
            }
        }
    }

    @Test func `what a person wished and the disk refused is not so`() throws {
        let hold = try #require(Self.operations.first { $0.testDescription == "hold" })
        try exhaust(hold, .failure(.inputOutput)) { model, number, succeeded in
            let place = try #require(model.expected[Self.first]?.place)
            let share = try #require(try model.folder?.open(Self.first, in: place).stored.entry.shares.first)
            #expect((share.standing == .waiting) == !succeeded, "failure at \(number)")
        }
    }

    @Test func `a wish that the disk took only the second time is there after a power cut`() throws {
        let hold = try #require(Self.operations.first { $0.testDescription == "hold" })
        try exhaust(hold, .death) { model, number, succeeded in
            guard !succeeded else { return }
            try hold.run(model)
            try model.restart(.everything)
            let place = try #require(model.expected[Self.first]?.place)
            let share = try #require(try model.folder?.open(Self.first, in: place).stored.entry.shares.first)
            #expect(share.standing != .waiting, "dead from \(number), then held")
        }
    }

    @Test func `a change of many shares does not lean on what the process before could not sync`() throws {
        let two = try #require(Self.operations.first { $0.testDescription.contains("many shares") })
        try exhaust(two, .death) { model, number, _ in
            try model.kill()
            try model.change(ShareID(entry: Self.many, number: 9), keeps: false) { share in
                share.standing = .held(Hold(reason: "", heldAt: Samples.time))
            }
            try model.restart(.everything)
            verify(model, "dead from \(number), killed, then held")
        }
    }

    @Test func `a folder goes with its last entry, the newest stays`() throws {
        let model = SpoolModel()
        try model.open()
        let ids = (1...4).map { QueueID($0 << 20) }
        for id in ids { try model.accept(id, Samples.plain, Samples.message(10)) }
        let folders = ["/spool/queue/000000/", "/spool/queue/000001/"]
        func there() -> [String] { folders.filter(model.disk.paths.contains) }
        #expect(there() == folders)
        for id in ids { try model.finish(id) }
        #expect(there() == [folders[1]])
    }

    @Test func `a failed commit that cannot be removed is not delivered after a restart`() throws {
        let model = try Self.prepared()
        try model.open()
        model.disk.plan(.failures(from: 1, .inputOutput))
        #expect(throws: SpoolError.self) { try model.accept(Self.fresh, Samples.plain, Samples.message(10)) }
        model.disk.plan(.nothing)
        try model.restart(.nothing)
        #expect(!model.disk.paths.contains { $0.hasSuffix("/\(Self.fresh)") })
    }
}
