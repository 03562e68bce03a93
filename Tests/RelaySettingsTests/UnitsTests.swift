import Testing

@testable import RelaySettings

struct UnitsTests {
    @Test(arguments: [
        ("30s", 30), ("15m", 900), ("4h", 14_400), ("5d", 432_000), ("0s", 0), ("007s", 7),
        ("49710d", 4_294_944_000),
    ])
    func `a duration is a number and a unit`(_ text: String, _ seconds: Int) {
        #expect(Units.duration(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "5", "5 m", "-5m", "+5m", "5M", "1h30m", "1.5h", "5ms", "5w", "٣s", "49711d",
        "9999999999999999999d",
        "213503982334602d",
    ])
    func `anything else is no duration`(_ text: String) {
        #expect(Units.duration(text) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("0 B", 0), ("1 B", 1), ("1 KB", 1000), ("1 KiB", 1024), ("25 MB", 25_000_000),
        ("50 MiB", 52_428_800),
        ("2 GB", 2_000_000_000), ("2 GiB", 2_147_483_648), ("1 TB", 1_000_000_000_000),
        ("1 TiB", 1_099_511_627_776),
        ("512KiB", 524_288), ("25 mb", 25_000_000),
    ])
    func `a size is a number and a unit`(_ text: String, _ bytes: Int) {
        #expect(Units.byteCount(text) == bytes)
    }

    @Test(arguments: [
        "", "5", "MB", "5 M", "5 Mi", "-5 MB", "1.5 MB", "5 MB/s", "5 bytes", "9999999999 TiB", "٣ MB",
    ])
    func `anything else is no size`(_ text: String) {
        #expect(Units.byteCount(text) == nil)
    }

    @Test func `limits are shown in their largest whole unit`() {
        #expect(Units.text(.seconds(0)) == "0s")
        #expect(Units.text(.seconds(90)) == "90s")
        #expect(Units.text(.seconds(7200)) == "2h")
        #expect(Units.text(.seconds(86_400)) == "1d")
        #expect(Units.text(byteCount: 0) == "0 B")
        #expect(Units.text(byteCount: 1000) == "1000 B")
        #expect(Units.text(byteCount: 50 << 20) == "50 MiB")
    }

    @Test(arguments: [
        ("smarthots", "smarthosts"), ("retyr", "retry"), ("Connections", "connections"), ("tsl", "tls"),
        ("smart", "smarthosts"),
    ])
    func `a near word is suggested`(_ word: String, _ meant: String) {
        #expect(Suggestion.nearest(to: word, among: ["smarthosts", "retry", "connections", "tls"]) == meant)
    }

    @Test(arguments: [
        "", "zzz", "sm", "a-word-that-is-far-longer-than-any-key-of-the-configuration-could-ever-be",
    ])
    func `a far word is not`(_ word: String) {
        #expect(Suggestion.nearest(to: word, among: ["smarthosts", "retry", "connections"]) == nil)
    }
}
