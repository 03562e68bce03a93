import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// The spool's disk in trouble, with real file systems: new mail is answered 452, mail that is there is not
    /// touched, and the service resumes by itself.
    @Suite struct DiskStates {
        @Test func `a file system that is full`() throws {
            try trouble(on: "size=8m") { spool in
                let ballast = spool.appending(path: "ballast")
                var size = 8 << 20
                try Data(count: 0).write(to: ballast)
                // As much as there is, down to the last byte.
                while size > 0 {
                    let handle = try FileHandle(forWritingTo: ballast)
                    try handle.seekToEnd()
                    do { try handle.write(contentsOf: Data(count: size)) } catch { size /= 2 }
                    try handle.close()
                }
                return { try FileManager.default.removeItem(at: ballast) }
            }
        }

        @Test func `a file system without inodes`() throws {
            try trouble(on: "size=64m,nr_inodes=1200") { spool in
                let ballast = spool.appending(path: "ballast")
                try FileManager.default.createDirectory(at: ballast, withIntermediateDirectories: false)
                var count = 0
                while FileManager.default.createFile(atPath: ballast.path + "/\(count)", contents: nil) {
                    count += 1
                }
                return { try FileManager.default.removeItem(at: ballast) }
            }
        }

        @Test func `a file system that became read-only`() throws {
            try trouble(on: "size=64m") { spool in
                // A file system of which a file is open for writing is not made so by hand.
                try Self.command(spool, "mount --bind $1 $1; mount -o remount,bind,ro $1")
                return { try Self.command(spool, "umount $1") }
            }
        }

        @Test func `folders that the daemon may not write to`() throws {
            try trouble(on: "size=64m,mode=700,uid=65534,gid=65534", as: 65534) { spool in
                let queue = spool.appending(path: "queue")
                let folders =
                    try [queue]
                    + FileManager.default.contentsOfDirectory(
                        at: queue, includingPropertiesForKeys: nil)
                for folder in folders { chmod(folder.path, 0o500) }
                return { for folder in folders { chmod(folder.path, 0o700) } }
            }
        }

        @Test func `a spool that somebody moved away`() throws {
            try trouble(on: "size=64m") { spool in
                let (queue, away) = (spool.appending(path: "queue"), spool.appending(path: "away"))
                try FileManager.default.moveItem(at: queue, to: away)
                return { try FileManager.default.moveItem(at: away, to: queue) }
            }
        }

        /// `break` gets the spool as the daemon sees it, and returns what mends it.
        private func trouble(
            on options: String, as user: Int? = nil, break: (URL) throws -> () throws -> Void
        ) throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let spool = try stage.makeFolder("spool").path
                var script = "mount -t tmpfs -o \(options) tmpfs \(spool); "
                if let user {
                    script += "chown -R \(user) \(stage.folder.path); "
                    script += "exec setpriv --reuid \(user) --regid \(user) --clear-groups "
                } else {
                    script += "exec "
                }
                let relay = try Relay(
                    on: stage, wrapper: ["unshare", "--mount", "sh", "-ec", script + "\"$@\"", "sh"],
                    Relay.oneStream(on: stage, to: host, "retry: [1h]"))
                let daemon = try #require(relay.program)
                let seen = URL(filePath: "/proc/\(daemon.id)/root\(spool)")

                let first = try relay.submit(to: ["b@x.test"], "Message-ID: <1@x>\r\n\r\nBefore.\r\n")
                try relay.await("deferred")
                let file = try find(first, in: seen)
                let content = try Data(contentsOf: file).prefix(30)
                let mend = try `break`(seen)
                try until("new mail is answered 452") { try answer(of: relay) == 452 }
                try relay.await("spool-full")
                #expect(daemon.isRunning)
                try mend()
                #expect(try Data(contentsOf: file).prefix(30) == content)
                try until("new mail is taken again") { try answer(of: relay) == 250 }
                try relay.await("spool-ok")
                try host.start()
                #expect(try relay.command(["queue", "retry", "--all"]).status == 0)
                try until("what was taken arrives") {
                    try Set(["<1@x>", "<2@x>"]).isSubset(of: host.messages().compactMap(\.messageID))
                }
                #expect(try relay.events().filter { $0.event == "entry-damaged" }.isEmpty)
            }
        }

        private func answer(of relay: Relay) throws -> Int {
            try relay.client().submit(
                from: "a@office.test", to: ["b@x.test"], "Message-ID: <2@x>\r\n\r\nAfter.\r\n"
            ).code
        }

        private func find(_ entry: String, in spool: URL) throws -> URL {
            let queue = spool.appending(path: "queue")
            let path = try FileManager.default.subpathsOfDirectory(atPath: queue.path).first {
                $0.hasSuffix("/" + entry)
            }
            return queue.appending(path: try #require(path))
        }

        /// Runs it where the daemon's mounts are.
        private static func command(_ seen: URL, _ script: String) throws {
            let parts = seen.path.split(separator: "/", maxSplits: 3)
            let done = try Program.run([
                "nsenter", "--mount", "--target", String(parts[1]), "sh", "-ec", script, "sh", "/\(parts[3])",
            ])
            guard done.status == 0 else { throw StageError("\(script): \(done.output)") }
        }
    }
}
