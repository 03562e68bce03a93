import Foundation
import Testing

extension EndToEnd {
    /// A configuration broken in each of many ways: where, why, and what was perhaps meant.
    @Suite struct BrokenConfigurations {
        /// Writes what all rows need; gives the good configuration.
        private func prepare(_ stage: Stage, port: Int, host: Int, authority: String) throws -> String {
            try stage.write("secret", SmartHost.password, mode: 0o600)
            try stage.write("empty", "", mode: 0o600)
            try stage.write("policy.sieve", "keep;\n")
            try stage.write("broken.sieve", "require \"reject\";\nrejekt \"no\";\n")
            try stage.write("ca.pem", String(contentsOfFile: authority, encoding: .utf8))
            return Broken.good(port: port, host: host).replacing("PLACE", with: stage.folder.path)
        }

        private func prepare(_ stage: Stage) throws -> (good: String, port: Int, host: Int) {
            let (port, host) = (try freePort(), try freePort())
            let authority = try stage.certificate(for: "localhost", in: "tls").file
            return (try prepare(stage, port: port, host: host, authority: authority), port, host)
        }

        /// The good configuration broken in one way.
        private func breaking(_ good: String, _ row: Broken, _ stage: Stage, port: Int, host: Int) throws
            -> String
        {
            let fill = { (text: String) in
                text.replacing("PLACE", with: stage.folder.path).replacing("PORT", with: "\(port)")
                    .replacing("HOST", with: "\(host)")
            }
            guard good.contains(fill(row.old)) else { throw StageError("there is no \(row.old) to break") }
            return good.replacing(fill(row.old), with: fill(row.new), maxReplacements: 1)
        }

        /// The findings that a command printed, without the machine's own names.
        private func findings(_ output: String, _ file: URL, _ stage: Stage) -> [String] {
            output.split(separator: "\n").map { line in
                let text = String(line)
                let prefix = file.path + ":"
                return (text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
                    .replacing(stage.folder.path, with: "PLACE")
            }
        }

        @Test func `each of them is told by check with its place, its cause and a suggestion`() throws {
            try Stage.run { stage in
                let (good, port, host) = try prepare(stage)
                let file = try stage.write("postern.yaml", good)
                let command = [try Places.postern(), "check", "--config", file.path]
                let checked = try Program.run(command)
                #expect(
                    checked.status == 0 && checked.output.hasSuffix("nothing found\n"), "\(checked.output)")
                #expect(Broken.table.count >= 40)
                for row in Broken.table {
                    try stage.write("postern.yaml", breaking(good, row, stage, port: port, host: host))
                    let checked = try Program.run(command)
                    let expected = row.findings.map { $0.replacing("PORT", with: "\(port)") }
                    #expect(checked.status == 1, "\(row.new)")
                    #expect(findings(checked.output, file, stage) == expected, "\(row.new)")
                }
            }
        }

        @Test func `each of them is refused by reload, and the running daemon goes on`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let good = try prepare(
                    stage, port: relay.port, host: host.port, authority: host.certificate.file)
                let reload = [
                    try Places.postern(), "reload", "--socket",
                    stage.folder.appending(path: "control.sock").path,
                ]
                try stage.write("postern.yaml", good)
                try until("the good one is in force") { try Program.run(reload).status == 0 }
                for row in Broken.table {
                    let broken = try breaking(good, row, stage, port: relay.port, host: host.port)
                    try stage.write("postern.yaml", broken)
                    let refused = try Program.run(reload)
                    #expect(refused.status == 1, "\(row.new)")
                    let told = findings(refused.output, relay.configuration, stage)
                    let expected = row.findings.map { $0.replacing("PORT", with: "\(relay.port)") }
                    #expect(Array(told.dropLast()) == expected, "\(row.new)")
                    #expect(told.last?.hasSuffix("stays in force") == true, "\(row.new)")
                    try relay.submit(to: ["b@x.test"], "Subject: still here\r\n\r\n")
                }
                try host.await(Broken.table.count)
            }
        }

        @Test func `so is what is no text of a bearable size`() throws {
            try Stage.run { stage in
                let good = try prepare(stage).good
                let file = try stage.write("postern.yaml", good)
                let utf8 = "not UTF-8 text; save the file as UTF-8"
                let cases: [(bytes: [UInt8], finding: String)] = [
                    (
                        Array(good.utf8) + Array("# na".utf8) + [0xEF, 0x76, 0x65, 0x0A],
                        "25:6: error: \(utf8)"
                    ),
                    ([0xFF, 0xFE] + Array(good.utf8), "1:1: error: \(utf8)"),
                    (
                        Array(good.utf8) + [0x23, 0],
                        "25:2: error: not text: control characters are not allowed"
                    ),
                    (
                        Array(good.utf8) + [UInt8](repeating: 0x23, count: 1 << 20),
                        "1:1: error: larger than 1048576 bytes"
                    ),
                ]
                for (bytes, finding) in cases {
                    try Data(bytes).write(to: file)
                    let checked = try Program.run([try Places.postern(), "check", "--config", file.path])
                    #expect(checked.status == 1)
                    #expect(findings(checked.output, file, stage) == [finding])
                }
                for (path, finding) in [
                    (stage.folder, "Is a directory"), (file.appending(path: "x"), "Not a directory"),
                ] {
                    let checked = try Program.run([try Places.postern(), "check", "--config", path.path])
                    #expect(checked.status == 1)
                    #expect(findings(checked.output, path, stage) == ["1:1: error: \(finding)"])
                }
            }
        }

        @Test func `an empty file is told by what it lacks`() throws {
            try Stage.run { stage in
                let file = try stage.write("postern.yaml", "")
                let checked = try Program.run([try Places.postern(), "check", "--config", file.path])
                #expect(checked.status == 1)
                let found = findings(checked.output, file, stage)
                for key in ["postmaster", "streams"] {
                    #expect(found.contains("1:1: error: \(key): required, but not set"))
                }
            }
        }
    }
}
