import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A spool that somebody or something changed while the daemon was down.
    @Suite struct DamagedFiles {
        /// What is done to the file of an accepted message.
        private enum Damage: Int, CaseIterable {
            case none
            case message
            case records
            case end
            case zeros
        }

        @Test func `each damaged or foreign file is named and set aside, none is delivered, the rest is`()
            throws
        {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host", ["--reply", "mail=451 4.3.2 not now"])
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host, "retry: [1s]"))
                var entries: [(entry: String, id: String)] = []
                for number in 1...40 {
                    let id = "<\(number)@damaged.test>"
                    let message =
                        "Message-ID: \(id)\r\n\r\n" + String(repeating: "Body.\r\n", count: number * 20)
                    entries.append((try relay.submit(to: ["b@x.test"], message), id))
                }
                try relay.stop()
                let (damaged, whole) = try damage(entries, of: relay)
                let folder = try #require(try relay.spoolFiles().first).deletingLastPathComponent()
                let foreign = try plant(in: folder)
                try host.start()
                try relay.start()
                for name in damaged + foreign {
                    try relay.await("entry-damaged") { $0.line.contains("/damaged/\(name)") }
                }
                try until("what is whole arrives") { try host.messages().count >= whole.count }
                try until("an empty queue") { try relay.spoolFiles().isEmpty }
                #expect(try host.messages().compactMap(\.messageID).sorted() == whole.sorted())
                let aside = try FileManager.default.contentsOfDirectory(
                    atPath: relay.spool.appending(path: "damaged").path)
                #expect(aside.sorted() == (damaged + foreign).sorted())
                #expect(try relay.events().filter { $0.event == "entry-damaged" }.count == aside.count)
                #expect(relay.program?.isRunning == true)
            }
        }

        /// Damages all but some; the names of the damaged files, and the Message-IDs of the whole ones.
        private func damage(
            _ entries: [(entry: String, id: String)], of relay: Relay
        ) throws -> (damaged: [String], whole: [String]) {
            let files = Dictionary(
                uniqueKeysWithValues: try relay.spoolFiles().map { ($0.lastPathComponent, $0) })
            var (damaged, whole) = ([String](), [String]())
            for (number, entry) in entries.enumerated() {
                let file = try #require(files[entry.entry])
                var content = try bytes(of: file)
                let length = try #require(try messageLength(content, number + 1))
                switch Damage(rawValue: number % Damage.allCases.count) {
                case .message: content[length / 2] ^= 1
                // Behind the head of the first record.
                case .records: content[length + 30] ^= 0x40
                case .end: content = Array(content.prefix(try footer(of: content, behind: length) + 16))
                case .zeros:
                    content.replaceSubrange(length..<length + 64, with: [UInt8](repeating: 0, count: 64))
                case .some(.none), nil:
                    whole.append(entry.id)
                    continue
                }
                try Data(content).write(to: file)
                damaged.append(entry.entry)
            }
            return (damaged, whole)
        }

        private func messageLength(_ content: [UInt8], _ number: Int) throws -> Int? {
            let text =
                "Message-ID: <\(number)@damaged.test>\r\n\r\n"
                + String(repeating: "Body.\r\n", count: number * 20)
            return content.starts(with: text.utf8) ? text.utf8.count : nil
        }

        /// Where the first footer begins, half of which is to be left.
        private func footer(of content: [UInt8], behind length: Int) throws -> Int {
            let magic = Array("postern\n".utf8)
            return try #require((length..<content.count).first { content[$0...].starts(with: magic) })
        }

        /// What nobody of ours made; the names.
        private func plant(in folder: URL) throws -> [String] {
            try Data("From: x\r\n\r\nPlease send me.\r\n".utf8).write(
                to: folder.appending(path: "letter.eml"))
            symlink("/etc/passwd", folder.appending(path: "1M7Z000000001").path)
            mkfifo(folder.appending(path: "1M7Z000000002").path, 0o600)
            mkdir(folder.appending(path: "1M7Z000000003").path, 0o700)
            try Data([1]).write(to: folder.appending(path: String(repeating: "z", count: 255)))
            return [
                "letter.eml", "1M7Z000000001", "1M7Z000000002", "1M7Z000000003",
                String(repeating: "z", count: 255),
            ]
        }
    }
}
