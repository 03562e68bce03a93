import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `postern spool verify`, beside the daemon and without it.
    @Suite struct Verify {
        private static let message = "From: a@office.test\r\nSubject: x\r\n\r\nBody.\r\n"

        /// A relay with three messages that wait, of which one is then damaged.
        private func damage(_ relay: Relay) throws -> (whole: [String], damaged: URL) {
            let ids = try (1...3).map { _ in try relay.submit(to: ["b@x.test"], Self.message) }
            // The daemon must not look at them again before the command does.
            for id in ids { try relay.await("deferred") { $0.id == id } }
            let files = try relay.spoolFiles().sorted { $0.path < $1.path }
            #expect(files.map(\.lastPathComponent) == ids.sorted())
            let file = try FileHandle(forUpdating: files[1])
            try file.write(contentsOf: Data("X".utf8))
            try file.close()
            return ([ids.sorted()[0], ids.sorted()[2]], files[1])
        }

        @Test func `beside the daemon it names what is damaged and touches nothing`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let clean = try relay.command(["spool", "verify"])
                #expect(
                    clean.status == 0 && clean.output.contains("0 entries are whole, 0 files"),
                    "\(clean.output)")
                let damaged = try damage(relay).damaged
                let found = try relay.command(["spool", "verify"])
                #expect(found.status == 1, "\(found.output)")
                #expect(
                    found.output.contains("\(damaged.path): damaged: ")
                        && found.output.contains("2 entries are whole"))
                #expect(found.output.contains("checked beside process"))
                let refused = try relay.command(["spool", "verify", "--repair"])
                #expect(
                    refused.status == 1 && refused.output.contains("stop the daemon"), "\(refused.output)")
                #expect(FileManager.default.fileExists(atPath: damaged.path))
            }
        }

        @Test func `with the daemon stopped it sets aside what is damaged, and the rest goes its way`() throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let (whole, damaged) = try damage(relay)
                try relay.stop()
                let folder = damaged.deletingLastPathComponent()
                try Data("not ours".utf8).write(to: folder.appending(path: "stranger"))
                try Data("a draft".utf8).write(to: folder.appending(path: "0QJ5E6W3G0A1B"))
                let found = try relay.command(["spool", "verify", "--json"])
                #expect(
                    found.status == 1 && found.output.split(separator: "\n").count == 3, "\(found.output)")
                let repaired = try relay.command(["spool", "verify", "--repair"])
                #expect(repaired.status == 1, "\(repaired.output)")
                #expect(repaired.output.contains("0QJ5E6W3G0A1B: draft: never acknowledged; removed"))
                let aside = try FileManager.default.contentsOfDirectory(
                    atPath: relay.spool.appending(path: "damaged").path)
                #expect(Set(aside) == [damaged.lastPathComponent, "stranger"])
                let again = try relay.command(["spool", "verify"])
                #expect(
                    again.status == 0 && again.output.contains("2 were set aside before"), "\(again.output)")
                try host.start()
                try relay.start()
                #expect(try relay.command(["queue", "retry", "--all"]).status == 0)
                for id in whole { try relay.await("delivered") { $0.id == id } }
                #expect(try relay.events().allSatisfy { $0.event != "entry-damaged" })
            }
        }
    }
}
