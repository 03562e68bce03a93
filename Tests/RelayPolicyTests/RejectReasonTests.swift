import MailSyntax
import Testing

@testable import RelayPolicy

struct RejectReasonTests {
    @Test(arguments: [
        ("no", "550 5.7.1 no"), ("5.3.4 too large", "550 5.3.4 too large"), ("554 5.6.0 no", "554 5.6.0 no"),
        ("553 no", "553 5.7.1 no"), ("5.7.1", "550 5.7.1 message refused by policy"),
        ("", "550 5.7.1 message refused by policy"),
        ("451 4.7.1 wait", "550 5.7.1 451 4.7.1 wait"), ("4.7.1 wait", "550 5.7.1 4.7.1 wait"),
        ("5.7 no", "550 5.7.1 5.7 no"),
        ("5.7.1.2 no", "550 5.7.1 5.7.1.2 no"), ("5.1234.1 no", "550 5.7.1 5.1234.1 no"),
        ("+550 no", "550 5.7.1 +550 no"),
        ("600 no", "550 5.7.1 600 no"), ("5.7.1 554 bytes", "550 5.7.1 554 bytes"),
        ("550\u{A0}x", "550 5.7.1 550\u{A0}x"),
    ])
    func `a code in front of the reason counts`(_ reason: String, _ reply: String) {
        let parts = RejectReason(reason)
        #expect("\(parts.code) \(parts.status) \(parts.text)" == reply)
    }

    @Test(arguments: [
        (["no", "way"], "550 5.7.1 no|way"), (["554 5.6.0", "no", "way"], "554 5.6.0 no|way"),
        (["5.6.0 no", "550 way"], "550 5.6.0 no|550 way"), ([""], "550 5.7.1 message refused by policy"),
        (["550 5.7.0"], "550 5.7.0 message refused by policy"),
    ])
    func `lines stay lines, and a code stands in the first`(_ lines: [String], _ reply: String) {
        let parts = RejectReason(lines: lines)
        #expect("\(parts.code) \(parts.status) \(parts.lines.joined(separator: "|"))" == reply)
    }

    @Test(arguments: [
        ("later", "451 4.7.1 later"), ("4.3.0 busy", "451 4.3.0 busy"), ("450 4.2.0 busy", "450 4.2.0 busy"),
        ("550 5.7.1 no", "451 4.7.1 550 5.7.1 no"), ("421 4.3.2 bye", "451 4.7.1 421 4.3.2 bye"),
        ("", "451 4.7.1 try again later"),
    ])
    func `what only puts off never refuses`(_ reason: String, _ reply: String) {
        let parts = RejectReason(reason, refusing: false)
        #expect("\(parts.code) \(parts.status) \(parts.text)" == reply)
    }
}
