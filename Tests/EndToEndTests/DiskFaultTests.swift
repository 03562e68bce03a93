import Foundation
import Testing

extension EndToEnd {
    /// System calls of the running daemon that fail: strace says so, the kernel never saw them.
    @Suite struct DiskFaults {
        private static let depth = Places.number("POSTERN_FAULT_DEPTH", default: 2)
        /// More than each of the threads that wait for the disk has calls before the one that fails.
        private static let messageCount = 24

        @Test(arguments: ["fdatasync", "fsync", "pwrite64", "openat"], ["EIO", "ENOSPC"])
        func `no 250 without a synced file and folder, whichever call fails; the daemon lives and resumes`(
            call: String, error: String
        ) throws {
            try run(call, error) { faults, relay in
                #expect(faults.refusedCount > 0, "no \(call) failed")
                try relay.await("spool-full")
                try relay.await("spool-ok")
            }
        }

        @Test(arguments: ["fdatasync", "fsync", "pwrite64"])
        func `a call that a signal interrupted is made again: nothing is refused`(call: String) throws {
            try run(call, "EINTR") { faults, _ in #expect(faults.refusedCount == 0) }
        }

        private func run(_ call: String, _ error: String, _ check: (Faults, Relay) throws -> Void) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]"))
                let faults = Faults(on: stage, relay)
                for number in 1...Self.depth {
                    let inject = "inject=\(call):error=\(error):when=\(number)"
                    try faults.submit(under: inject, count: Self.messageCount * number)
                }
                try check(faults, relay)
                #expect(relay.program?.isRunning == true)
                let waiting = try relay.queue().compactMap {
                    $0["id"]?.split(separator: "/").first.map(String.init)
                }
                #expect(Set(waiting) == Set(faults.taken.values), "what was refused is not there")
                try host.start()
                let arrived = try host.await(faults.taken.count).compactMap(\.messageID)
                #expect(arrived.sorted() == faults.taken.keys.sorted(), "each once")
                print("\(call) \(error): \(faults.taken.count) taken, \(faults.refusedCount) refused")
            }
        }
    }
}

/// Submits while calls fail, and keeps what was answered.
private final class Faults {
    /// Message-ID and queue ID of what was answered 250.
    private(set) var taken: [String: String] = [:]
    private(set) var refusedCount = 0
    private let stage: Stage
    private let relay: Relay
    private var number = 0

    init(on stage: Stage, _ relay: Relay) {
        self.stage = stage
        self.relay = relay
    }

    /// Until the first is refused; then waits for the service to resume.
    func submit(under inject: String, count: Int) throws {
        let record = stage.folder.appending(path: "trace\(number)")
        guard let daemon = relay.program else { throw StageError("no relay") }
        let strace = try stage.start(
            "strace",
            [
                "strace", "-f", "-qq", "-y", "-s", "256", "-o", record.path, "-e", inject, "-e",
                "trace=fsync,fdatasync,pwrite64,openat,write,sendto,sendmsg,writev", "-p", "\(daemon.id)",
            ])
        try until("strace is at work") { try isTraced(daemon.id) }
        let before = taken
        for _ in 0..<count where try !submit() { break }
        // What it was started with keeps milder signals from it; its lines are whole.
        strace.end()
        try checkOrder(of: taken.filter { before[$0.key] == nil }.values.map { $0 }, in: record)
        try until("mail is taken again") { try submit() }
    }

    private func submit() throws -> Bool {
        number += 1
        let id = "<\(number)@faults.test>"
        let answer = try relay.client().submit(
            from: "a@office.test", to: ["b@x.test"], "Message-ID: \(id)\r\n\r\nBody.\r\n")
        if let entry = answer.queueID {
            taken[id] = entry
            return true
        }
        #expect([451, 452].contains(answer.code), "\(answer)")
        refusedCount += 1
        return false
    }

    private func checkOrder(of entries: [String], in record: URL) throws {
        let calls = try SystemCalls(of: record)
        for entry in entries {
            let file = try #require(
                calls.first { $0.isSync && $0.path.hasSuffix(entry) }, "\(entry) not synced")
            let place = String(file.path.dropLast(entry.count + 1))
            let reply = try #require(calls.first { $0.isOutput && $0.text.contains("queued as \(entry)") })
            let folder = calls.first {
                $0.isSync && $0.path == place && $0.began > file.done && $0.done < reply.began
            }
            #expect(folder != nil, "\(entry): 250 before its folder was synced")
        }
    }

    /// Every thread of it.
    private func isTraced(_ process: Int32) throws -> Bool {
        let tasks = "/proc/\(process)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
            // A thread may end between the two looks.
            let status = try? String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
            return status?.contains("TracerPid:\t0\n") != true
        }
    }
}
