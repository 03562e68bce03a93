import MailSyntax
import SMTPProtocol

/// Times what every byte of a message and every command goes through: the best of ten rounds.
@main
struct Wire {
    static func main() {
        for (name, message) in [("text", text()), ("base64", base64())] {
            for chunkByteCount in [4096, 65_536] { measureDots(name, message, chunkByteCount) }
        }
        measureEach("command framed and parsed", 4) { commands() }
        measureEach("reply decoded", 5) { replies() }
        let header = header()
        measureEach("header of 20 fields, \(header.count) bytes", 1) { HeaderBlock(header).fields.count }
        measureEach("Received field", 1) { received() }
    }

    private static func measureDots(_ name: String, _ message: [UInt8], _ chunkByteCount: Int) {
        var data: [UInt8] = []
        var encoder = DotEncoder()
        encoder.encode(message[...], into: &data)
        encoder.finish(into: &data)
        let inChunks = "in chunks of \(chunkByteCount)"
        measureRate("\(name) encoded \(inChunks)", message.count) {
            var encoder = DotEncoder()
            return each(chunkByteCount, of: message) { encoder.encode($0, into: &$1) }
        }
        measureRate("\(name) decoded \(inChunks)", data.count) {
            var decoder = DotDecoder()
            return each(chunkByteCount, of: data) { chunk, output in
                var chunk = chunk
                _ = decoder.decode(&chunk, into: &output)
            }
        }
    }

    private static func each(
        _ size: Int, of bytes: [UInt8], _ body: (ArraySlice<UInt8>, inout [UInt8]) -> Void
    ) -> Int {
        var output: [UInt8] = []
        var total = 0
        for start in stride(from: 0, to: bytes.count, by: size) {
            output.removeAll(keepingCapacity: true)
            body(bytes[start..<min(start + size, bytes.count)], &output)
            total += output.count
        }
        return total
    }

    private static func measureRate(_ name: String, _ byteCount: Int, _ body: () -> Int) {
        print("\(name): \(Int(Double(byteCount) / seconds(body) / 1e6)) MB/s")
    }

    private static func measureEach(_ name: String, _ count: Int, _ body: () -> Int) {
        let time = seconds { (0..<1000).reduce(0) { sum, _ in sum &+ body() } }
        print("\(name): \(Int(time / Double(count) * 1e6)) ns")
    }

    private static func seconds(_ body: () -> Int) -> Double {
        var sum = 0
        let times = (0..<10).map { _ in ContinuousClock().measure { sum &+= body() } }
        precondition(sum != 0, "the work was done")
        return (times.min() ?? .zero) / .seconds(1)
    }
}

/// What is measured with.
extension Wire {
    private static func text() -> [UInt8] {
        var text: [UInt8] = []
        while text.count < 16 << 20 {
            for length in 30..<78 { text += Array(repeating: UInt8(ascii: "x"), count: length) + [13, 10] }
            text += Array(".dot\r\n".utf8)
        }
        return text
    }

    private static func base64() -> [UInt8] {
        let line = [UInt8](repeating: UInt8(ascii: "A"), count: 76) + [13, 10]
        return Array((0..<(16 << 20) / line.count).map { _ in line }.joined())
    }

    private static let dialogue = Array(
        """
        EHLO pc7.office.example\r
        MAIL FROM:<ann.smith@office.example> SIZE=4096 BODY=8BITMIME\r
        RCPT TO:<bob@partner.example>\r
        DATA\r

        """.utf8)

    private static func commands() -> Int {
        var framer = LineFramer(limit: Limits.commandLineByteCount)
        framer.append(dialogue)
        var count = 0
        while case .line(let line)? = framer.next() {
            if case .malformed = CommandParser.parse(line) { preconditionFailure("a good command") }
            count += 1
        }
        return count
    }

    private static let answers = Array(
        """
        250-smtp.example\r
        250-SIZE 1000\r
        250 8BITMIME\r
        250 2.1.0 Ok\r
        250 2.1.5 Ok\r
        354 go ahead\r
        250 2.0.0 Ok: queued as X\r

        """.utf8)

    private static func replies() -> Int {
        var decoder = ReplyDecoder()
        decoder.append(answers)
        var count = 0
        do throws(ReplyError) {
            while try decoder.next() != nil { count += 1 }
        } catch {
            preconditionFailure("good replies")
        }
        return count
    }

    private static func header() -> [UInt8] {
        let fields = (0..<20).map { "X-Header-\($0): some value of ordinary length\r\n\tand folded once\r\n" }
        return Array((fields.joined() + "\r\n").utf8)
    }

    private static func received() -> Int {
        let origin = Origin(
            client: "10.1.2.3", heloName: "pc7", listener: "lan", protocolName: "ESMTP",
            receivedAt: Timestamp(millisecondsSince1970: 1_795_251_600_000))
        return ReceivedField.compose(origin: origin, hostname: "relay.example", id: "0A1B2C3D4E5F6").count
    }
}
