import Foundation
import PosternTestSupport
import SMTPProtocol
import Testing

/// Whole dialogues from the files in `Transcripts`.
@Suite struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Transcripts")

    static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?.sorted() ?? []

    @Test func `the transcripts are found`() {
        #expect(Self.names.count >= 10)
    }

    @Test(arguments: names)
    func `the session speaks as the transcript does`(name: String) throws {
        let transcript = try load(name)
        var harness = SessionHarness(offer: offer(transcript))
        var seen = 0
        for step in transcript.steps {
            switch step {
            case .client(let bytes): harness.receive(bytes)
            case .server(let line):
                let lines = Self.lines(harness.output)
                #expect(
                    seen < lines.count ? lines[seen] == line : false, "line \(seen + 1): \(line), of \(lines)"
                )
                seen += 1
            }
        }
        #expect(
            Self.lines(harness.output).count == seen, "the session said more: \(Self.lines(harness.output))")
        #expect(harness.isClosed == (transcript.settings["ends"] == "closed"))
        #expect(harness.messages.count == Int(transcript.settings["messages"] ?? "0"))
    }

    @Test(arguments: names)
    func `a dialogue does not depend on how its bytes were cut`(name: String) throws {
        let transcript = try load(name)
        // Without waiting for the 220 of STARTTLS a client may not go on.
        guard transcript.settings["tls"] == nil else { return }
        let bytes = transcript.steps.flatMap { step in
            if case .client(let bytes) = step { bytes } else { [UInt8]() }
        }
        var whole = SessionHarness(offer: offer(transcript))
        whole.receive(bytes)
        for size in [1, 2, 3, 7, 64] {
            var cut = SessionHarness(offer: offer(transcript))
            for start in stride(from: 0, to: bytes.count, by: size) {
                cut.receive(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(cut.output == whole.output)
            #expect(cut.messages.map(\.bytes) == whole.messages.map(\.bytes))
        }
    }

    private func load(_ name: String) throws -> Transcript {
        Transcript(try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8))
    }

    private func offer(_ transcript: Transcript) -> ServerSession.Offer {
        let tls: ServerSession.TLSOffer =
            switch transcript.settings["tls"] {
            case "offered": .offered
            case "required": .required
            default: .off
            }
        return ServerSession.Offer(
            hostname: "relay.example", sizeLimit: 1000,
            recipientLimit: Int(transcript.settings["recipients"] ?? "") ?? 10, tls: tls)
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }
}
