import Foundation
import Testing

extension EndToEnd {
    /// Configurations and scripts that are wrong.
    @Suite struct Check {
        @Test func `five mistakes are told at once, each with its place`() throws {
            try Stage.run { stage in
                let file = try stage.write(
                    "postern.yaml",
                    """
                    hostname: relay
                    postmaster: postmaster@office.test
                    streams:
                      office:
                        smarthosts: ["localhost:25"]
                        credential: m356
                        retry: [soon]
                      marketing:
                        smarthots: ["localhost:25"]
                    default_stream: ofice

                    """)
                let checked = try Program.run([try Places.postern(), "check", "--config", file.path])
                #expect(checked.status == 1)
                let errors = checked.output.split(separator: "\n").filter { $0.contains(": error: ") }
                for (line, word) in [
                    (1, "hostname"), (6, "m356"), (7, "soon"), (9, "smarthots"), (10, "ofice"),
                ] {
                    let place = "postern.yaml:\(line):"
                    #expect(
                        errors.contains { $0.contains(place) && $0.contains(word) },
                        "\(place) \(word) in:\n\(checked.output)")
                }
                let served = try Program.run([try Places.postern(), "serve", "--config", file.path])
                #expect(served.status == 78)
                #expect(served.output.contains("smarthots"))
            }
        }

        @Test func `a script that does not compile is told with its place, and nothing is served`() throws {
            try Stage.run { stage in
                let script = try stage.write(
                    "policy.sieve", "require \"reject\";\nif header { rejekt \"no\"; \n")
                let file = try stage.write(
                    "postern.yaml",
                    """
                    hostname: relay.office.test
                    postmaster: postmaster@office.test
                    listeners: {lan: {address: ["127.0.0.1:\(try freePort())"]}}
                    spool: {directory: \(stage.folder.path)/spool}
                    state: {directory: \(stage.folder.path)/state}
                    control: {socket: \(stage.folder.path)/control.sock}
                    policy: {scripts: [\(script.path)]}
                    streams: {office: {smarthosts: ["localhost:25"], tls: "off"}}
                    default_stream: office

                    """)
                let checked = try Program.run([try Places.postern(), "check", "--config", file.path])
                #expect(checked.status == 1)
                #expect(checked.output.contains("policy.sieve:2:"), "\(checked.output)")
                let served = try Program.run([try Places.postern(), "serve", "--config", file.path])
                #expect(served.status == 78)
                #expect(served.output.contains("policy.sieve:2:"), "\(served.output)")
            }
        }
    }
}
