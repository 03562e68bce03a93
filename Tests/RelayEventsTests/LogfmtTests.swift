import RelayEvents
import Testing

@Suite struct LogfmtTests {
    private func line(_ event: Event) -> String {
        var bytes: [UInt8] = []
        Logfmt.append(EventFields(event, toldAt: Samples.time), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a line has time, level, event and message, then the fields without their prefix`() {
        #expect(
            line(.clientLimited(Samples.client)) == """
                time=2026-11-21T09:00:00.000Z level=warning event=client-limited \
                message="limited client 10.1.2.3 at listener lan: 50 connections at once" \
                listener=lan client=10.1.2.3 reason="50 connections at once"

                """)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"hi\"", #""say \"hi\"""#), (#"C:\x"#, #""C:\\x""#), ("über", "über"), ("a\nb", "\"a b\""),
    ])
    func `values are quoted when they must be`(value: String, written: String) {
        #expect(line(.stopping(reason: value)).hasSuffix(" reason=\(written)\n"))
    }

    @Test func `no event makes two lines`() {
        for (event, _) in Samples.sentences {
            #expect(line(event).count { $0.isNewline } == 1)
        }
    }
}
