import Glibc
import MailSpool
import MailSyntax

/// Makes a spool with a backlog, or opens one: `Backlog FOLDER [count [size [stream]]]`, `Backlog FOLDER look`.
///
/// So many messages, each put off three times and due at some time between one and two days from now. Nothing is
/// synced, so that a million of them take minutes; else the spool's own functions make them, so the files are what a
/// relay leaves. `look` opens the spool as a relay does and prints a line of JSON: after what time the first new
/// message was on the disk, after what time all was looked through, the memory, and how long a listing takes.
@main
struct Backlog {
    let spool: Spool
    let message: [UInt8]
    let stream: String

    static func main() async throws {
        let arguments = CommandLine.arguments
        func number(_ index: Int, _ usual: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? usual : usual
        }
        if arguments.count > 2, arguments[2] == "look" { return try await look(arguments[1]) }
        let spool = try await Spool.open(
            SpoolOptions(directory: arguments[1], minimumFreeByteCount: 1 << 20), disk: UnsyncedDisk(),
            now: wallTime, uptime: { Uptime(milliseconds: wallTime().millisecondsSince1970) },
            random: { UInt64.random(in: 0...UInt64.max) })
        let backlog = Backlog(
            spool: spool, message: message(number(3, 4096)),
            stream: arguments.count > 4 ? arguments[4] : "out")
        try await backlog.fill(count: number(2, 1_000_000))
        await spool.close()
    }

    private static func look(_ folder: String) async throws {
        let begin = ContinuousClock.now
        let spool = try await Spool.open(
            SpoolOptions(directory: folder, minimumFreeByteCount: 1 << 20), now: wallTime,
            uptime: { Uptime(milliseconds: (ContinuousClock.now - begin).wholeMilliseconds) },
            random: { UInt64.random(in: 0...UInt64.max) })
        let opened = ContinuousClock.now - begin
        let id = try await Backlog(spool: spool, message: message(4096), stream: "new").accept(0)
        let accepted = ContinuousClock.now - begin
        let (report, before) = (await spool.scanned(), cpuTime())
        let scanned = ContinuousClock.now - begin
        let memory = memory()
        let count = spool.list(ShareFilter(stream: "out")).count
        let listed = ContinuousClock.now - begin
        try await Task.sleep(for: .seconds(5))
        let idle = cpuTime() - before
        try await spool.delete(ShareID(entry: id, number: 1))
        print(
            "{\"entries\":\(report.entryCount),\"opened_ms\":\(opened.wholeMilliseconds),",
            "\"accepted_ms\":\(accepted.wholeMilliseconds),\"scanned_ms\":\(scanned.wholeMilliseconds),",
            "\"scan_cpu_ms\":\(before / 1000),\"resident\":\"\(memory)\",\"listed\":\(count),",
            "\"list_ms\":\((listed - scanned).wholeMilliseconds),\"list_and_idle_5s_cpu_ms\":\(idle / 1000)}",
            separator: "")
        await spool.close()
    }

    /// What the system says of the memory in use and of its peak.
    private static func memory() -> String {
        guard let file = fopen("/proc/self/status", "r") else { return "" }
        defer { fclose(file) }
        var found: [String] = []
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard text.hasPrefix("VmRSS") || text.hasPrefix("VmHWM") else { continue }
            found.append(text.filter { !$0.isWhitespace })
        }
        return found.joined(separator: " ")
    }

    /// User and system time of the process in microseconds.
    private static func cpuTime() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + $1.tv_sec * 1_000_000 + $1.tv_usec }
    }

    private func fill(count: Int) async throws {
        let writerCount = 8
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writerCount {
                group.addTask {
                    for number in stride(from: writer, to: count, by: writerCount) { try await one(number) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func one(_ number: Int) async throws {
        let share = ShareID(entry: try await accept(number), number: 1)
        for attempt in 1...3 {
            _ = try await spool.claim(share)
            var change = ShareChange()
            change.attemptCount = attempt
            change.nextAttemptAt = Self.wallTime() + .seconds(Int64.random(in: 86_400..<2 * 86_400))
            change.lastReply = "451 4.3.0 mail server temporarily rejected the message, try again later"
            change.replies[0] = change.lastReply
            try await spool.record(change, of: share)
        }
    }

    private func accept(_ number: Int) async throws -> QueueID {
        var draft = spool.makeDraft()
        try await draft.append(message)
        let sender = Address(localPart: "campaign-\(number % 50)", domain: "office.example")
        let recipient = Recipient(Address(localPart: "reader\(number)", domain: "customer.example"))
        let origin = Origin(
            client: "192.0.2.1", heloName: "client.example", listener: "lan", protocolName: "ESMTP",
            receivedAt: Self.wallTime())
        return try await spool.commit(
            draft,
            NewEntry(
                envelope: Envelope(sender: sender, recipients: [recipient]), origin: origin,
                messageID: "<\(number)@client.example>",
                shares: [NewShare(recipients: [recipient], stream: stream)]))
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
}

/// The machine's file system, never waited for.
private struct UnsyncedDisk: Disk {
    private let disk = PosixDisk()

    func sync(_ file: DiskFile) {}
    func syncFolder(_ path: String) {}

    func lock(_ path: String) throws(DiskError) -> DiskFile { try disk.lock(path) }
    func makeFolder(_ path: String) throws(DiskError) { try disk.makeFolder(path) }
    func list(_ path: String) throws(DiskError) -> [DiskItem] { try disk.list(path) }
    func create(_ path: String) throws(DiskError) -> DiskFile { try disk.create(path) }
    func open(_ path: String, forWriting: Bool) throws(DiskError) -> DiskFile {
        try disk.open(path, forWriting: forWriting)
    }
    func close(_ file: DiskFile) { disk.close(file) }
    func byteCount(of file: DiskFile) throws(DiskError) -> Int { try disk.byteCount(of: file) }
    func read(_ range: Range<Int>, of file: DiskFile) throws(DiskError) -> [UInt8] {
        try disk.read(range, of: file)
    }
    func write(_ bytes: ArraySlice<UInt8>, to file: DiskFile, at offset: Int) throws(DiskError) -> Int {
        try disk.write(bytes, to: file, at: offset)
    }
    func truncate(_ file: DiskFile, to byteCount: Int) throws(DiskError) {
        try disk.truncate(file, to: byteCount)
    }
    func remove(_ path: String) throws(DiskError) { try disk.remove(path) }
    func removeFolder(_ path: String) throws(DiskError) { try disk.removeFolder(path) }
    func rename(_ path: String, to newPath: String) throws(DiskError) {
        try disk.rename(path, to: newPath)
    }
    func room(at path: String) throws(DiskError) -> DiskRoom { try disk.room(at: path) }
}
