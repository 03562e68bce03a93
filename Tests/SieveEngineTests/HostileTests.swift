import MailSyntax
import Synchronization
import Testing

@testable import SieveEngine

/// Scripts and messages that are made to take all the time and memory there is: what they get is counted.
@Suite struct HostileTests {
    /// What a run cost, and how it ended.
    private struct Cost {
        var work = 0
        var readByteCount = 0
        var fault: SieveFault?
        var result: SieveResult?
    }

    private final class Reading: Sendable {
        let byteCount = Mutex(0)
    }

    private func cost(_ source: String, _ message: [UInt8], limit: Int? = nil) throws -> Cost {
        let script = try Trial().compiled(source)
        let reading = Reading()
        let content = SieveContent(byteCount: message.count) { range in
            reading.byteCount.withLock { $0 += range.count }
            return Array(message[range])
        }
        var context = SieveContext()
        if let limit { context.limits.workCount = limit }
        let recipient = Recipient(Address(localPart: "bob", domain: "example.net"))
        var run = SieveRun(
            SieveMessage(head: message, byteCount: message.count, content: content),
            SieveEnvelope(sender: nil, recipient: recipient), context)
        var cost = Cost()
        do throws(SieveRuntimeError) {
            _ = try run.run(script)
            cost.result = run.result
        } catch {
            cost.fault = error.fault
        }
        cost.work = run.workCount
        cost.readByteCount = reading.byteCount.withLock { $0 }
        return cost
    }

    private func message(_ header: String, body: [UInt8] = []) -> [UInt8] {
        Trial.wire(header + "\n\n") + body
    }

    private func bytes(_ text: String, times count: Int) -> [UInt8] {
        Array(repeatElement(Array(text.utf8), count: count).joined())
    }

    // MARK: Messages

    @Test func `a hundred thousand header fields are looked at once for each test`() throws {
        let fields = bytes("X-Field: value\r\n", times: 100_000)
        let rules = (0..<8).map { "if header :contains \"x-\($0)\" \"a\" { discard; }" }.joined()
        let cost = try cost(rules, fields + Array("\r\nbody".utf8))
        #expect(cost.result?.actions.map(\.kind) == [.keep])
        #expect(cost.work < 8 * 100_000 * 32)
    }

    @Test func `a line of two megabytes in the header is a fault, not a shortened value`() throws {
        let long = message("Subject: " + String(repeating: "a", count: 2 << 20))
        #expect(try cost("if header :contains \"subject\" \"b\" { discard; }", long).fault == .valueTooLong)
    }

    @Test func `parts nested ten thousand deep are read once and no deeper than the limit`() throws {
        let head = "Content-Type: multipart/mixed; boundary=b0\n"
        let nested = (0..<10_000).map { "\n--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n" }
        let deep = Trial.wire(head + nested.joined() + "\ntext\n")
        let script = """
            require ["foreverypart", "mime", "body"];
            foreverypart { foreverypart { if header :mime :type "content-type" "text" { discard; } } }
            if body :content "" :contains "never" { discard; }
            """
        let cost = try cost(script, deep)
        #expect(cost.result != nil || cost.fault != nil)
        #expect(cost.readByteCount <= 4 * deep.count)
        #expect(cost.work < 100 * deep.count)
    }

    @Test func `parts beyond the limit are a fault, since they would pass every rule`() throws {
        let parts = bytes("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", times: 10_000)
        let wide = message("Content-Type: multipart/mixed; boundary=b", body: parts)
        let loop = "foreverypart { if header :mime :type \"content-type\" \"image\" { discard; } }"
        let cost = try cost("require [\"foreverypart\", \"mime\"]; \(loop)", wide)
        #expect(cost.fault == .unfit("the message has more parts than are looked at"))
        #expect(cost.readByteCount <= wide.count)
    }

    @Test func `what hides in an archive that cannot be unpacked is a fault`() throws {
        let method: UInt8 = 14
        let zip = Array("PK\u{3}\u{4}".utf8) + [20, 0, 0, 0, method, 0] + [UInt8](repeating: 0, count: 8)
        let named = zip + [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] + Array("ax".utf8)
        let packed = message("Content-Type: application/zip", body: named)
        let script = "require \"vnd.postern.attachment\"; if attachment :type \"application/*\" { discard; }"
        #expect(try cost(script, packed).fault == .unfit("an archive holds more than is looked at"))
    }

    @Test func `loops with nothing in them are cut off by a fault, not ended as if they were done`() throws {
        let nested = (0..<30).map { "--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n\n" }
        let leaves = String(repeating: "--b30\n\nx\n", count: 960)
        let deep = Trial.wire(
            "Content-Type: multipart/mixed; boundary=b0\n\n" + nested.joined() + leaves)
        let loops = "foreverypart { foreverypart { foreverypart { foreverypart { } } } }"
        #expect(try cost("require \"foreverypart\"; \(loops)", deep).fault == .tooManySteps)
    }

    @Test func `a part is decoded once, however many tests ask for it`() throws {
        let part = bytes("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n", times: 20_000)
        let encoded = message("Content-Type: text/plain\nContent-Transfer-Encoding: base64", body: part)
        let tests = (0..<50).map { "if body :contains \"none\($0)\" { discard; }" }.joined()
        let cost = try cost("require \"body\"; \(tests)", encoded)
        #expect(cost.result?.actions.map(\.kind) == [.keep])
        // Once to find the parts and once to decode.
        #expect(cost.readByteCount <= 2 * encoded.count)
    }

    @Test func `a body over the limit is a fault before it is decoded`() throws {
        let header = Array("Content-Type: text/plain\r\n\r\n".utf8)
        let byteCount = Limits.decodedByteCount + 100_000
        let read = Mutex(0)
        let content = SieveContent(byteCount: byteCount) { range in
            read.withLock { $0 += range.count }
            var bytes = [UInt8](repeating: 0x61, count: range.count)
            if range.lowerBound == 0 { bytes.replaceSubrange(0..<header.count, with: header) }
            return bytes
        }
        var run = SieveRun(
            SieveMessage(head: header, byteCount: byteCount, content: content),
            SieveEnvelope(sender: nil, recipient: Recipient(Address(localPart: "b", domain: "x.example"))))
        let script = try Trial().compiled("require \"body\"; if body :contains \"x\" { discard; }")
        #expect(throws: SieveRuntimeError.self) { _ = try run.run(script) }
        #expect(read.withLock { $0 } <= byteCount)
    }

    // MARK: Scripts

    @Test func `work beyond the limit is a fault`() throws {
        let text = message("Subject: x", body: bytes("nothing here\r\n", times: 10_000))
        let tests = (0..<200).map { "if body :raw :matches \"*none\($0)*\" { discard; }" }.joined()
        let cost = try cost("require \"body\"; \(tests)", text, limit: 3_000_000)
        #expect(cost.fault == .tooMuchWork)
        #expect(cost.work < 3_000_000 + 2 * text.count)
    }

    @Test(arguments: [
        "(a|aa)+$", "(a*)*b", "(a|a)*b", "([a-z]+)*[0-9]", "(.*)(.*)(.*)(.*)x", "(a?){50}a{50}b", "a.{500}b",
        "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$",
    ])
    func `patterns made to be slow stay within their work`(_ pattern: String) throws {
        let text = message("Subject: " + String(repeating: "a", count: 20_000))
        let script =
            "require [\"regex\", \"variables\"]; if header :regex \"subject\" \"\(pattern)\" { discard; }"
        let cost = try cost(script, text, limit: 200_000_000)
        let isBounded = cost.result != nil || cost.fault == .unfit("a regular expression makes too much work")
        #expect(isBounded)
        #expect(cost.work <= 220_000_000)
    }

    @Test(arguments: ["(a{1000}){1000}", "((a{100}){100}){100}", "([^a]{1000}){20}"])
    func `patterns that grow beyond all bounds do not compile`(_ pattern: String) {
        let source = "require \"regex\"; if header :regex \"subject\" \"\(pattern)\" { discard; }"
        #expect(throws: Trial.Failed.self) { _ = try Trial().compiled(source) }
    }

    @Test func `many large patterns are too large together`() {
        let tests = (0..<20).map { "if header :regex \"subject\" \"[^\($0 % 10)x]{200}y\($0)\" { discard; }" }
        var options = CompileOptions()
        options.limits.patternByteCount = 200_000
        let source = Array(("require \"regex\"; " + tests.joined(separator: "\n")).utf8)
        let (script, diagnostics) = SieveScript.compile(source, name: "t", options)
        #expect(script == nil)
        #expect(diagnostics.contains { $0.text == "the patterns of this script are too large together" })
    }

    @Test func `question marks between stars are counted`() throws {
        let text = message("Subject: " + String(repeating: "a", count: 100_000))
        let key = "*" + String(repeating: "a?", count: 1000) + "b*"
        let cost = try cost("if header :matches \"subject\" \"\(key)\" { discard; }", text, limit: 5_000_000)
        #expect(cost.fault == .tooMuchWork)
    }

    @Test func `a search made to be slow takes linear time`() {
        let text = bytes("a", times: 1_000_000)
        let key = bytes("a", times: 50_000) + [0x62]
        #expect(ByteSearch.first(key, in: text, from: 0) == nil)
        #expect(ByteSearch.first(key, in: text + key, from: 0) == 1_000_000)
    }

    @Test func `variables do not grow without bound`() throws {
        let doubling = String(repeating: "set \"a\" \"${a}${a}${a}${a}\";\n", count: 64)
        let script =
            "require \"variables\"; set \"a\" \"0123456789\"; \(doubling) set :length \"n\" \"${a}\";"
            + "if string \"${n}\" \"65536\" { discard; }"
        let cost = try cost(script, message("Subject: x"))
        #expect(cost.result?.actions.map(\.kind) == [.discard])
    }

    @Test func `a command has variables in a bounded number of places`() {
        let many = String(repeating: "${a}", count: Limits.referenceCount + 1)
        #expect(throws: Trial.Failed.self) {
            _ = try Trial().compiled("require \"variables\"; set \"b\" \"\(many)\";")
        }
        let list = repeatElement("\"${a}\"", count: Limits.referenceCount + 1).joined(separator: ",")
        #expect(throws: Trial.Failed.self) {
            _ = try Trial().compiled("require \"variables\"; if string [\(list)] \"x\" { discard; }")
        }
    }

    @Test func `loops within loops over many parts end`() throws {
        let parts = bytes("--b\r\n\r\nx\r\n", times: 990)
        let wide = message("Content-Type: multipart/mixed; boundary=b", body: parts)
        // The inner loops have nothing to go through: none of these parts has parts.
        let script =
            "require \"foreverypart\"; foreverypart { foreverypart { foreverypart { keep; } keep; } keep; }"
        let cost = try cost(script, wide)
        #expect(cost.result != nil)
        #expect(cost.work <= SieveLimits().workCount)
    }

    @Test func `edits without end are a fault`() throws {
        let parts = bytes("--b\r\n\r\nx\r\n", times: 500)
        let wide = message("Content-Type: multipart/mixed; boundary=b", body: parts)
        let cost = try cost("require [\"foreverypart\", \"replace\"]; foreverypart { replace \"x\"; }", wide)
        // The first part is the message itself: replaced, it has no parts any more.
        #expect(cost.result != nil)
        let inner =
            "require [\"foreverypart\", \"replace\"]; foreverypart { foreverypart { replace \"y\"; } }"
        #expect(try self.cost(inner, wide).fault == .tooMany("edits", limit: Limits.bodyEditCount))
    }
}
