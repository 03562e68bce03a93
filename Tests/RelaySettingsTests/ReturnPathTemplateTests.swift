import MailSyntax
import RelaySettings
import Testing

struct ReturnPathTemplateTests {
    private static func values(sender: Address, recipient: Address) -> ReturnPathTemplate.Values {
        ReturnPathTemplate.Values(
            id: "0ABC", token: "0ABC-k3y", stream: "news", sender: sender, recipient: recipient)
    }

    private static let usual = values(
        sender: Address(localPart: "joe", domain: "office.example"),
        recipient: Address(localPart: "ann", domain: "partner.example"))

    @Test(arguments: [
        ("bounces@m.test", "bounces@m.test"), ("b+{token}@m.test", "b+0ABC-k3y@m.test"),
        ("{id}.{stream}@m.test", "0ABC.news@m.test"), ("b+{sender}@m.test", "b+joe=office.example@m.test"),
        ("{sender}", "joe@office.example"), ("{sender_local}@m.test", "joe@m.test"),
        ("b@bounce.{sender_domain}", "b@bounce.office.example"),
        ("b-{recipient_local}={recipient_domain}@m.test", "b-ann=partner.example@m.test"),
    ])
    func `places are filled in`(_ text: String, _ expected: String) throws {
        #expect(try ReturnPathTemplate(text).render(Self.usual).description == expected)
    }

    @Test func `a quoted local part is quoted once, around the whole`() throws {
        let quoted = Self.values(
            sender: Address(localPart: "\"a \\\"b\\\" @c\"", domain: "office.example"),
            recipient: Address(localPart: ".x", domain: "y.example"))
        let path = try ReturnPathTemplate("b+{sender}@m.test").render(quoted)
        #expect(path.description == "\"b+a \\\"b\\\" @c=office.example\"@m.test")
        #expect(try ReturnPathTemplate("{recipient_local}@m.test").render(quoted).localPart == "\".x\"")
    }

    @Test(arguments: [
        ("b+{token}@m.test", false), ("b+{recipient_local}@m.test", true), ("b@{recipient_domain}", true),
        ("{sender}", false),
    ])
    func `a template knows whether it names the recipient`(_ text: String, _ namesRecipient: Bool) throws {
        #expect(try ReturnPathTemplate(text).namesRecipient == namesRecipient)
    }

    @Test func `a template is shown as it was written`() throws {
        for text in ["b+{token}@m.test", "x@{sender_domain}", "a.{id}@b.c"] {
            #expect(try ReturnPathTemplate(text).description == text)
        }
    }

    @Test(arguments: [
        "", "@", "a@", "@b.c", "a", "a@b@c", "{token}", "a b@c.d", "a@-", "a@b{token", "}a@b.c", "{}@b.c",
    ])
    func `what gives no address is refused`(_ text: String) {
        #expect(throws: ReturnPathTemplate.Mistake.self) { try ReturnPathTemplate(text) }
    }
}
