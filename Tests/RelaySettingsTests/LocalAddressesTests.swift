import MailSyntax
import Testing

@testable import RelaySettings

@Suite struct LocalAddressesTests {
    private func addresses(
        _ aliases: String = "", hostname: String = "relay.office.example",
        _ change: (inout Settings) -> Void = { _ in }
    ) throws -> LocalAddresses {
        var settings = Settings(
            hostname: hostname, postmaster: Address(localPart: "boss", domain: "office.example"))
        let file = AliasFile(Array(aliases.utf8), path: "/etc/aliases")
        #expect(file.mistakes == [])
        settings.aliases = file.table
        change(&settings)
        return settings.localAddresses
    }

    private func expansion(_ address: String, in local: LocalAddresses, limit: Int = 10) throws -> [String]? {
        switch local.recipients(for: try #require(Address(address)), limit: limit) {
        case .addresses(let found): found.map(\.description)
        case .unknown: nil
        case .tooMany: ["too many"]
        }
    }

    @Test(arguments: [
        ("relay.office.example", "office.example"), ("Relay.Office.Example", "office.example"),
        ("a.b.c.example", "b.c.example"), ("office.example", "office.example"),
    ])
    func `the origin is the host's domain, or the host where that has but one label`(
        hostname: String, origin: String
    ) throws {
        #expect(try addresses(hostname: hostname).origin == origin)
    }

    @Test func `the origin is never local, whatever the host is called`() throws {
        let local = try addresses(hostname: "office.example")
        #expect(!local.isLocal("office.example"))
        #expect(
            try addresses { $0.chosenOrigin = "relay.office.example" }.isLocal("relay.office.example")
                == false)
    }

    @Test(arguments: [
        ("localhost", true), ("localhost.localdomain", true), ("relay.office.example", true),
        ("office.example", false), ("[127.0.0.1]", true), ("[127.8.9.1]", true), ("[ipv6:::1]", true),
        ("[10.1.2.3]", false), ("[ipv6:fd00::1]", false), ("", false),
    ])
    func `local is what every host calls itself, and its own name`(domain: String, isLocal: Bool) throws {
        #expect(try addresses().isLocal(domain) == isLocal)
    }

    @Test func `a list of local domains stands for the host's name, but localhost stays`() throws {
        let local = try addresses { $0.chosenLocalDomains = ["pc7"] }
        #expect(local.isLocal("pc7") && local.isLocal("localhost") && !local.isLocal("relay.office.example"))
    }

    @Test(arguments: [
        ("root: ann@p.example", "root", ["ann@p.example"]),
        ("root: ann@p.example", "ROOT@localhost", ["ann@p.example"]),
        ("root: ann@p.example", "\"root\"@office.example", ["ann@p.example"]),
        ("root: ann@p.example", "root@other.example", ["root@other.example"]),
        ("root: ann\nann: ann@p.example", "root", ["ann@p.example"]),
        ("root: ann", "root", ["ann@office.example"]),
        ("root: ann@office.example\nann: a@p.example", "root", ["a@p.example"]),
        ("root: ann@localhost\nann: a@p.example", "root", ["a@p.example"]),
        ("a: b, c\nb: d, x@y\nc: d, x@y\nd: e@f", "a", ["e@f", "x@y"]),
        ("root: \\root, ann@p.example", "root", ["root@office.example", "ann@p.example"]),
        ("root: root, ann@p.example", "root@localhost", ["root@office.example", "ann@p.example"]),
        ("ann: ann@office.example, a@p.example", "ann", ["ann@office.example", "a@p.example"]),
        ("root: \\ann\nann: a@p.example", "root", ["ann@office.example"]),
        ("", "postmaster", ["boss@office.example"]),
        ("", "PostMaster@localhost", ["boss@office.example"]),
        ("", "postmaster@office.example", ["postmaster@office.example"]),
        ("postmaster: root\nroot: ann@p.example", "postmaster", ["ann@p.example"]),
        ("daemon: postmaster", "daemon", ["boss@office.example"]),
        ("daemon: postmaster@localhost", "daemon", ["boss@office.example"]),
        ("", "root", ["root@office.example"]),
        ("", "ann@office.example", ["ann@office.example"]),
    ])
    func `a recipient is what its name stands for`(aliases: String, address: String, found: [String]) throws {
        #expect(try expansion(address, in: addresses(aliases)) == found)
    }

    @Test(arguments: ["root@localhost", "root@[127.0.0.1]", "root@relay.office.example"])
    func `a local name without an alias has no mailbox`(address: String) throws {
        #expect(try expansion(address, in: addresses("ann: a@p.example")) == nil)
    }

    @Test func `an alias for more than a transaction takes is told apart`() throws {
        let local = try addresses("all: a@x, b@x, c@x, a@x")
        #expect(try expansion("all", in: local, limit: 3) == ["a@x", "b@x", "c@x"])
        #expect(try expansion("all", in: local, limit: 2) == ["too many"])
    }

    @Test func `even a table that runs in circles comes to an end`() throws {
        let local = try addresses("a: b, x@y\nb: c\nc: a, b\n")
        #expect(try expansion("a", in: local) == ["x@y"])
    }

    // MARK: Senders

    @Test(arguments: [
        ("root", "cron@office.example"), ("root@localhost", "cron@office.example"),
        ("root@office.example", "cron@office.example"), ("ann", "ann@office.example"),
        ("ann@localhost", "ann@office.example"), ("ann@relay.office.example", "ann@office.example"),
        ("backup@nas.lan", "nas@office.example"), ("BACKUP@NAS.LAN", "nas@office.example"),
        ("ann@x.example", "ann@x.example"), ("daemon@[127.0.0.1]", "daemon@office.example"),
    ])
    func `a sender goes out under a name that can be answered`(given: String, sent: String) throws {
        let local = try addresses {
            $0.senderRewrites = [
                SenderRewrite(Glob("*@*.lan"), to: Address(localPart: "nas", domain: "office.example")),
                SenderRewrite(
                    Glob("root@office.example"), to: Address(localPart: "cron", domain: "office.example")),
            ]
        }
        #expect(local.sender(try #require(Address(given))).description == sent)
    }

    @Test func `a local sender may be told apart from one of the origin`() throws {
        let local = try addresses {
            $0.senderRewrites = [
                SenderRewrite(
                    Glob("*@localhost"), to: Address(localPart: "machine", domain: "office.example"))
            ]
        }
        #expect(
            local.sender(Address(localPart: "root", domain: "localhost")).description
                == "machine@office.example")
        #expect(local.sender(Address(localPart: "root", domain: "")).description == "root@office.example")
    }

    @Test func `whatever is asked, no answer is local`() throws {
        let local = try addresses(
            "root: ann, \\bob, eve@localhost\neve: postmaster\nloop: loop, loop@localhost\n")
        let names = ["root", "ann", "bob", "eve", "loop", "postmaster", "\"odd one\"", "MAILER-DAEMON"]
        let domains = [
            "", "localhost", "LOCALHOST", "localhost.localdomain", "[127.0.0.1]", "relay.office.example",
            "office.example", "x.example",
        ]
        for name in names {
            for domain in domains {
                let address = Address(localPart: name, domain: domain)
                let answers =
                    (try expansion(address.description, in: local) ?? [])
                    + [local.sender(address).description, local.completed(address).description]
                for text in answers {
                    let answer = try #require(Address(text))
                    #expect(
                        !answer.domain.isEmpty && !local.isLocal(answer.domain), "\(address) became \(answer)"
                    )
                }
            }
        }
    }
}
