import MailSyntax
import RelaySettings
import SMTPProtocol
import Testing

@testable import RelayIntake

@Suite struct ClientAccessTests {
    /// Of an office whose relay knows three aliases.
    private func access(
        of client: String, networks: [String] = ["10.1.0.0/16", "fd00::/8"], maxRecipients: Int = 10
    ) throws -> ClientAccess {
        var settings = Settings(
            hostname: "relay.office.example",
            postmaster: Address(localPart: "boss", domain: "office.example"))
        settings.aliases = AliasTable([
            "root": [Address(localPart: "ann", domain: ""), Address(localPart: "bob", domain: "x.example")],
            "ann": [Address(localPart: "ann", domain: "private.example")],
            "many": (1...20).map { Address(localPart: "r\($0)", domain: "x.example") },
        ])
        var listener = ListenerSettings(name: "lan")
        listener.networks = try networks.map { try #require(Network($0)) }
        listener.maxRecipients = maxRecipients
        return ClientAccess(
            client: IPAddress(client), listener: listener,
            addresses: settings.localAddresses)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("10.2.0.1", false), ("::ffff:10.1.2.3", true), ("fd00::7", true),
        ("2001:db8::1", false), ("127.0.0.1", false),
    ])
    func `who may relay is decided by network`(client: String, mayRelay: Bool) throws {
        #expect(try access(of: client).mayRelay == mayRelay)
    }

    @Test(arguments: [
        ("bob@x.example", ["bob@x.example"]), ("postmaster", ["boss@office.example"]),
        ("PostMaster", ["boss@office.example"]), ("root", ["ann@private.example", "bob@x.example"]),
        ("root@localhost", ["ann@private.example", "bob@x.example"]),
        ("Root@Relay.Office.example", ["ann@private.example", "bob@x.example"]),
        ("root@office.example", ["ann@private.example", "bob@x.example"]),
        ("eve", ["eve@office.example"]), ("eve@office.example", ["eve@office.example"]),
        ("postmaster@localhost", ["boss@office.example"]),
        ("postmaster@x.example", ["postmaster@x.example"]),
    ])
    func `a recipient is taken as what it stands for`(address: String, taken: [String]) throws {
        let admission = try access(of: "10.1.2.3").judge(Recipient(try #require(Address(address))))
        guard case .accepted(let recipients) = admission else {
            Issue.record("\(admission)")
            return
        }
        #expect(recipients.map(\.address.description) == taken)
    }

    @Test(arguments: [
        ("eve@localhost", 10, EnhancedStatus(5, 1, 1)), ("eve@[127.0.0.1]", 10, EnhancedStatus(5, 1, 1)),
        ("eve@relay.office.example", 10, EnhancedStatus(5, 1, 1)), ("many", 10, EnhancedStatus(5, 2, 4)),
    ])
    func `a name that nobody has, or too many, is refused`(
        address: String, maxRecipients: Int, status: EnhancedStatus
    ) throws {
        let access = try access(of: "10.1.2.3", maxRecipients: maxRecipients)
        guard case .refused(let reply) = access.judge(Recipient(try #require(Address(address)))) else {
            Issue.record("taken")
            return
        }
        #expect(reply.code == 550 && reply.status == status)
    }

    @Test func `ORCPT keeps the address that was given, as it is known outside`() throws {
        let access = try access(of: "10.1.2.3")
        func originals(_ address: String, _ given: String? = nil) throws -> Set<String?> {
            let recipient = Recipient(try #require(Address(address)), originalRecipient: given)
            guard case .accepted(let recipients) = access.judge(recipient) else { return [] }
            return Set(recipients.map(\.originalRecipient))
        }
        #expect(try originals("root@localhost") == ["rfc822;root@office.example"])
        #expect(try originals("eve") == ["rfc822;eve@office.example"])
        #expect(try originals("root", "rfc822;chief@x.example") == ["rfc822;chief@x.example"])
        #expect(try originals("bob@x.example") == [nil])
    }

    @Test(arguments: ["bob@x.example", "postmaster", "root"])
    func `a stranger may send to nobody`(address: String) throws {
        let admission = try access(of: "192.0.2.1").judge(Recipient(try #require(Address(address))))
        guard case .refused(let reply) = admission else {
            Issue.record("taken")
            return
        }
        #expect(reply.code == 550 && reply.status == EnhancedStatus(5, 7, 1))
    }

    @Test(arguments: [
        ("ann@x.example", "ann@x.example"), ("ann", "ann@office.example"),
        ("root@localhost", "root@office.example"), ("", nil),
    ])
    func `a sender goes on under a name of the office`(given: String, taken: String?) throws {
        #expect(try access(of: "10.1.2.3").judge(sender: Address(given))?.description == taken)
    }
}
