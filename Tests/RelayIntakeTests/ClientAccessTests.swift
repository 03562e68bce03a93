import MailSyntax
import RelaySettings
import SMTPProtocol
import Testing
import Transport

@testable import RelayIntake

@Suite struct ClientAccessTests {
    private func access(of client: String, networks: [String] = ["10.1.0.0/16", "fd00::/8"]) throws
        -> ClientAccess
    {
        var listener = ListenerSettings(name: "lan")
        listener.networks = try networks.map { try #require(Network($0)) }
        return ClientAccess(
            peer: try #require(PeerAddress(literal: client, port: 40_000)), listener: listener,
            postmaster: Address(localPart: "boss", domain: "office.example"))
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("10.2.0.1", false), ("::ffff:10.1.2.3", true), ("fd00::7", true),
        ("2001:db8::1", false), ("127.0.0.1", false),
    ])
    func `who may relay is decided by network`(client: String, mayRelay: Bool) throws {
        #expect(try access(of: client).mayRelay == mayRelay)
    }

    @Test(arguments: [
        ("bob@x.example", "bob@x.example", 0), ("postmaster", "boss@office.example", 0),
        ("PostMaster", "boss@office.example", 0), ("root", "", 550), ("root@localhost", "", 550),
        ("root@LocalHost", "", 550), ("postmaster@localhost", "", 550),
        ("postmaster@x.example", "postmaster@x.example", 0),
    ])
    func `recipients are taken, redirected or refused`(address: String, taken: String, code: Int) throws {
        let admission = try access(of: "10.1.2.3").judge(Recipient(try #require(Address(address))))
        switch admission {
        case .accepted(let recipient): #expect(recipient.address.description == taken)
        case .refused(let reply):
            #expect(reply.code == code && reply.status == EnhancedStatus(5, 1, 1))
        }
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

    @Test(arguments: [("ann@x.example", true), ("ann", false), ("", true)])
    func `only the null sender may lack a domain`(sender: String, isTaken: Bool) throws {
        let address = Address(sender)
        #expect((address == nil) == sender.isEmpty)
        let refusal = try access(of: "10.1.2.3").refusal(ofSender: address)
        #expect((refusal == nil) == isTaken)
        #expect(refusal.map { $0.code == 553 && $0.status == EnhancedStatus(5, 1, 7) } ?? true)
    }
}
