import Foundation
import Glibc
import MailSpool
import PosternTestSupport
import RelaySettings
import Synchronization
import Testing

@testable import RelayIntake

/// The collector of the maildrop: when it tries again, and what hostile users may leave there.
@Suite(.timeLimit(.minutes(1))) struct MaildropCollectorTests {
    private static let mail = mail(subject: "x")

    private static func mail(subject: String) -> String {
        "EHLO localhost\r\nMAIL FROM:<ann@x.example>\r\nRCPT TO:<bob@x.example>\r\n"
            + "DATA\r\nSubject: \(subject)\r\n\r\ntext\r\n.\r\nQUIT\r\n"
    }

    /// A policy that wants to hold some mail, where nothing may be held: such mail is to come again later.
    private static func holding(_ wishes: inout IntakeHarness.Wishes) {
        wishes.script = "if header \"subject\" \"hold\" { hold \"by rule\"; }"
        wishes.settings.policy.hold.countLimit = 0
    }

    @Test func `a file that cannot be taken waits longer each time, up to ten minutes`() async throws {
        try await withIntake(Self.holding) { intake in
            let maildrop = try Maildrop(intake)
            var collector = maildrop.collector()
            try maildrop.leave("a.mail", Self.mail(subject: "hold"))
            await collector.collect()
            var attemptCount = 1
            for delay in [5, 10, 20, 40, 80, 160, 320, 600, 600] {
                _ = try await intake.events.wait("refused", count: attemptCount)
                maildrop.advance(by: .seconds(delay - 1))
                await collector.collect()
                #expect(maildrop.names == ["a.mail"])
                maildrop.advance(by: .seconds(1))
                await collector.collect()
                attemptCount += 1
            }
            _ = try await intake.events.wait("refused", count: attemptCount)
            #expect(intake.events.events("refused").count == attemptCount)
            maildrop.allowHolds()
            maildrop.advance(by: .seconds(600))
            await collector.collect()
            _ = try await intake.events.wait("held")
            #expect(maildrop.names == [])
            #expect(try await intake.shares() == ["office bob@x.example held"])
        }
    }

    @Test func `one file that waits keeps no other back, and a name that comes again begins anew`()
        async throws
    {
        try await withIntake(Self.holding) { intake in
            let maildrop = try Maildrop(intake)
            var collector = maildrop.collector()
            try maildrop.leave("a.mail", Self.mail(subject: "hold"))
            await collector.collect()
            try maildrop.leave("b.mail", Self.mail)
            await collector.collect()
            #expect(maildrop.names == ["a.mail"])
            maildrop.allowHolds()
            maildrop.advance(by: .seconds(5))
            await collector.collect()
            #expect(maildrop.names == [])
            try maildrop.leave("a.mail", Self.mail)
            await collector.collect()
            #expect(maildrop.names == [])
            #expect(try await intake.shares().count == 3)
        }
    }

    @Test func `mail whose recipient is put off comes again, and is not given back`() async throws {
        try await withIntake {
            $0.script = "require \"vnd.postern.defer\"; defer \"4.7.1 later\";"
            $0.settings.policy.recipientScripts = ["/policy/test.sieve"]
        } _: { intake in
            let maildrop = try Maildrop(intake)
            var collector = maildrop.collector()
            try maildrop.leave("a.mail", Self.mail)
            await collector.collect()
            #expect(maildrop.names == ["a.mail"])
            #expect(try await intake.shares().isEmpty)
            #expect(try await intake.events.wait("refused")["REPLY"]?.hasPrefix("451 4.7.1 ") == true)
        }
    }

    @Test func `what is no ordinary file is set aside with an event, and nothing is read through it`()
        async throws
    {
        try await withIntake { intake in
            let maildrop = try Maildrop(intake)
            var collector = maildrop.collector()
            let secret = try maildrop.secret(Self.mail)
            let path = maildrop.path
            #expect(symlink(secret, path + "/link.mail") == 0 && link(secret, path + "/hard.mail") == 0)
            #expect(mkfifo(path + "/pipe.mail", 0o600) == 0 && mkdir(path + "/folder.mail", 0o700) == 0)
            try maildrop.leave("no mail", Self.mail)
            await collector.collect()
            #expect(maildrop.names == [])
            _ = try await intake.events.wait("entry-damaged", count: 5)
            #expect(
                Set(maildrop.damagedNames) == [
                    "link.mail", "hard.mail", "pipe.mail", "folder.mail", "no mail",
                ])
            #expect(try await intake.shares().isEmpty)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func `a file of any content is taken, given back or set aside with an event`(seed: UInt64) async throws {
        try await withIntake { intake in
            let maildrop = try Maildrop(intake)
            var collector = maildrop.collector()
            var random = SeededRandom(seed: seed)
            for number in 0..<60 {
                let bytes = Mutation.of(Array(Self.mail.utf8), &random)
                try maildrop.leave("\(number).mail", bytes)
            }
            await collector.collect()
            #expect(maildrop.names == [])
            let damaged = maildrop.damagedNames
            if !damaged.isEmpty { try await intake.events.wait("entry-damaged", count: damaged.count) }
            #expect(intake.events.events("entry-damaged").count == damaged.count)
            // Whatever stood in it, one file is at most one message, or a report.
            #expect(Set(intake.spool.list().map(\.id.entry)).count <= 60 - damaged.count)
        }
    }
}

/// A maildrop of a running intake, with time that only the test moves.
private final class Maildrop: Sendable {
    private let folder: TemporaryFolder
    private let services: IntakeServices
    private let now: Mutex<ContinuousClock.Instant>
    private let settings: Mutex<Settings>

    init(_ intake: IntakeHarness) throws {
        folder = try TemporaryFolder()
        services = intake.services
        now = Mutex(ContinuousClock().now)
        var settings = intake.services.settings
        settings.spool.directory = folder.path
        self.settings = Mutex(settings)
        for name in ["maildrop", "damaged"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name, withIntermediateDirectories: false)
        }
    }

    func collector() -> MaildropCollector {
        MaildropCollector(services: { self.timedServices }, sleep: { _ in })
    }

    private var timedServices: IntakeServices {
        IntakeServices(
            settings: settings.withLock { $0 }, spool: services.spool, policy: services.policy,
            desk: services.desk, events: services.events, now: services.now,
            uptime: { self.now.withLock { $0 } })
    }

    func allowHolds() { settings.withLock { $0.policy.hold.countLimit = 10 } }

    var path: String { folder.path + "/maildrop" }
    var names: [String] { Self.names(of: path) }
    var damagedNames: [String] { Self.names(of: folder.path + "/damaged") }

    func advance(by span: Duration) { now.withLock { $0 += span } }

    func leave(_ name: String, _ text: String) throws {
        try folder.write("maildrop/" + name, Array(text.utf8))
    }

    func leave(_ name: String, _ bytes: [UInt8]) throws { try folder.write("maildrop/" + name, bytes) }

    /// A file beside the maildrop.
    func secret(_ text: String) throws -> String { try folder.write("secret", Array(text.utf8)) }

    private static func names(of path: String) -> [String] {
        // A folder that cannot be read is empty, and the test says so.
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// Changes bytes as an enemy of their reader would.
private enum Mutation {
    private static let words = [
        "\r\n", "\n", "\r", ".\r\n", "\r\n.\r\n", "\u{0}", "DATA\r\n", "QUIT\r\n", "RSET\r\n",
        "BDAT 5 LAST\r\n",
        "STARTTLS\r\n", "EHLO x\r\n", "MAIL FROM:<>\r\n",
        "MAIL FROM:<a@b.example> SIZE=99999999999999999999\r\n",
        "RCPT TO:<bob@x.example>\r\n", "RCPT TO:<\"a\\\"@x\"@[1.2.3.4]>\r\n", "NOTIFY=NEVER",
        "AUTH PLAIN AA==\r\n",
        String(repeating: "x", count: 5000), String(repeating: "RCPT TO:<c@x.example>\r\n", count: 1100),
        String(repeating: "Received: x\r\n", count: 60),
    ].map { Array($0.utf8) }

    static func of(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            }
        }
        return bytes
    }
}
