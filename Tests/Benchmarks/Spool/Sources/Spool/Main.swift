import Glibc
import MailSpool
import MailSyntax

/// Durable commits a second, and what they cost: `Spool FOLDER [writers [size [seconds]]]`.
///
/// Prints a line of JSON. With `life` as the fifth argument each message is also claimed, recorded as delivered
/// and removed.
@main
struct Benchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        func number(_ index: Int, _ usual: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? usual : usual
        }
        let folder = arguments[1] + "/spool-benchmark"
        let options = SpoolOptions(
            directory: folder, minimumFreeByteCount: 1 << 20,
            diskThreadCount: getenv("THREADS").flatMap { Int(String(cString: $0)) } ?? 16)
        let spool = try await Spool.open(
            options, now: wallTime, uptime: uptime, random: { UInt64.random(in: 0...UInt64.max) })
        let benchmark = Benchmark(
            spool: spool, message: message(number(3, 4096)), lives: arguments.count > 5)
        try await benchmark.run(writers: number(2, 1), within: .seconds(number(4, 5)))
        for summary in spool.list() { try await spool.delete(summary.id) }
        await spool.close()
    }

    let spool: Spool
    let message: [UInt8]
    let lives: Bool

    func run(writers: Int, within span: Duration) async throws {
        let (begin, cpu) = (ContinuousClock.now, Self.cpuTime())
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<writers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - begin < span {
                        try await one()
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let (wall, after) = (ContinuousClock.now - begin, Self.cpuTime())
        let perSecond = Double(count) / (wall / .seconds(1))
        let perCommit = (
            user: (after.user - cpu.user) / max(count, 1), system: (after.system - cpu.system) / max(count, 1)
        )
        print(
            "{\"writers\":\(writers),\"size\":\(message.count),\"files\":\(count),",
            "\"per_s\":\(Int(perSecond)),\"cpu_us_per_file\":\(perCommit.user + perCommit.system),\"user_us\":\(perCommit.user),",
            "\"system_us\":\(perCommit.system)}", separator: "")
    }

    private func one() async throws {
        var draft = spool.makeDraft()
        try await draft.append(message)
        let recipient = Recipient(Address(localPart: "someone", domain: "example.org"))
        let origin = Origin(
            client: "192.0.2.1", heloName: "client.example", listener: "lan", protocolName: "ESMTP",
            receivedAt: Self.wallTime())
        let id = try await spool.commit(
            draft,
            NewEntry(
                envelope: Envelope(sender: recipient.address, recipients: [recipient]), origin: origin,
                messageID: "<1@client.example>", shares: [NewShare(recipients: [recipient], stream: "out")]))
        guard lives else { return }
        let share = ShareID(entry: id, number: 1)
        _ = spool.take(for: "out")
        _ = try await spool.claim(share)
        var change = ShareChange()
        change.statuses[0] = .delivered
        try await spool.record(change, of: share)
    }

    private static func message(_ byteCount: Int) -> [UInt8] {
        Array(
            repeating: Array("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n".utf8),
            count: byteCount / 64
        ).flatMap(\.self)
    }

    @Sendable private static func wallTime() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSince1970: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    @Sendable private static func uptime() -> Uptime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Uptime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// User and system time of the process in microseconds.
    private static func cpuTime() -> (user: Int, system: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func microseconds(_ time: timeval) -> Int { time.tv_sec * 1_000_000 + time.tv_usec }
        return (microseconds(usage.ru_utime), microseconds(usage.ru_stime))
    }
}
