import Foundation
import PosternTestSupport
import RelaySettings
import Testing

/// The dialogues that the protocol's rules were tested with, played against the listening server.
@Suite struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "SMTPProtocolTests/Transcripts")

    /// The others want recipients refused by name, which only the harness of the session does; what comes behind
    /// STARTTLS has a test of its own.
    private static let unfitting = ["forgetting.txt", "pipelined.txt", "starttls-injection.txt"]

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
        .filter { !unfitting.contains($0) }.sorted()

    @Test func `the transcripts are found`() {
        #expect(Self.names.count >= 10)
    }

    @Test(arguments: names)
    func `the server speaks as the transcript does`(name: String) async throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let transcript = Transcript(text)
        try await withIntake {
            $0.listener.maxMessageByteCount = 1000
            $0.listener.maxRecipients = Int(transcript.settings["recipients"] ?? "") ?? 10
            if transcript.settings["tls"] != nil { $0.listener.tls = .required }
        } _: { intake in
            let client = try await intake.connect()
            try await play(transcript, client)
            if transcript.settings["ends"] == "closed" { #expect(try await client.line() == nil) }
            let count = Int(transcript.settings["messages"] ?? "0")
            #expect(try await intake.shares().count == count)
        }
    }

    private func play(_ transcript: Transcript, _ client: Client) async throws {
        var pending: [UInt8] = []
        for step in transcript.steps {
            switch step {
            case .client(let bytes): pending += bytes
            case .server(let line):
                if !pending.isEmpty { try await client.send(pending) }
                pending = []
                let queued = "250 2.0.0 Ok: "
                let said = try #require(try await client.line(), "instead of \(line)")
                #expect(said == line || (line.hasPrefix(queued) && said.hasPrefix(queued)))
                if line == "220 2.0.0 Ready to start TLS" { try await client.startTLS() }
            }
        }
    }
}
