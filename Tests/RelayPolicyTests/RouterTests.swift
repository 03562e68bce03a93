import MailSyntax
import RelaySettings
import Testing

@testable import RelayPolicy

struct RouterTests {
    private func stream(_ change: (inout Route) -> Void, to recipient: String = "bob@partner.example") throws
        -> [String]
    {
        var office = Office()
        var route = Route(stream: "bulk")
        change(&route)
        office.settings.routes = [route]
        office.header = "From: Ann <ann@news.example>, x@y.example\nX-Stream: =life\n cycle\n"
        return try office.fates(recipient).map { String($0.prefix { $0 != ":" }) }
    }

    @Test func `each condition counts`() throws {
        #expect(try stream { _ in } == ["bulk"])
        #expect(try stream { $0.sender = Glob("*@OFFICE.example") } == ["bulk"])
        #expect(try stream { $0.sender = Glob("*@other.example") } == ["office"])
        #expect(try stream { $0.recipient = Glob("*@partner.example") } == ["bulk"])
        #expect(try stream { $0.recipient = Glob("*@other.example") } == ["office"])
        #expect(try stream { $0.from = Glob("*@news.example") } == ["bulk"])
        #expect(try stream { $0.from = Glob("x@y.example") } == ["bulk"])
        #expect(try stream { $0.from = Glob("*ann*lee*") } == ["office"])
        #expect(try stream { $0.headers = [.init(name: "x-stream", value: Glob("=life cycle"))] } == ["bulk"])
        #expect(try stream { $0.headers = [.init(name: "x-stream", value: Glob("life"))] } == ["office"])
        #expect(try stream { $0.headers = [.init(name: "X-None", value: Glob("*"))] } == ["office"])
        #expect(try stream { $0.client = Network("10.1.7.0/24") } == ["bulk"])
        #expect(try stream { $0.client = Network("10.1.8.0/24") } == ["office"])
        #expect(try stream { $0.listener = "lan" } == ["bulk"])
        #expect(try stream { $0.listener = "local" } == ["office"])
    }

    @Test func `all conditions of a route have to hold`() throws {
        let both = { (recipient: String) in
            try stream(
                {
                    $0.listener = "lan"
                    $0.recipient = Glob("*@partner.example")
                }, to: recipient)
        }
        #expect(try both("a@partner.example") == ["bulk"])
        #expect(try both("a@other.example") == ["office"])
    }

    @Test func `the first route counts, per recipient`() throws {
        var office = Office()
        office.settings.streamNames.append("bank")
        var (first, second) = (Route(stream: "bank"), Route(stream: "bulk"))
        first.recipient = Glob("*@bank.example")
        second.recipient = Glob("*.example")
        office.settings.routes = [first, second]
        #expect(
            try office.fates("a@bank.example", "b@x.example", "c@x.test")
                == ["bank: a@bank.example", "bulk: b@x.example", "office: c@x.test"])
    }

    @Test func `a script overrides a route, and a redirected copy is routed by its own address`() throws {
        var office = Office(
            #"if envelope :domain "to" "s.example" { stream "office"; } else { redirect "z@r.example"; }"#)
        var route = Route(stream: "bulk")
        route.recipient = Glob("*@r.example")
        office.settings.routes = [route, Route(stream: "bulk")]
        office.settings.defaultStream = nil
        #expect(
            try office.fates("a@s.example", "b@x.example") == [
                "office: a@s.example", "bulk: z@r.example<b@x.example",
            ])
    }

    @Test func `mail of ours has no client, and the null sender is the empty text`() throws {
        var office = Office()
        office.sender = nil
        office.origin.client = ReceivedField.localClient
        var (first, second) = (Route(stream: "bank"), Route(stream: "bulk"))
        first.client = Network("::/0")
        second.sender = Glob("")
        office.settings.routes = [first, second]
        #expect(try office.fates("a@x.example") == ["bulk: a@x.example"])
    }

    @Test func `a stream is foreseen where neither header nor script has a say`() throws {
        func foreseen(
            _ routes: [Route], scripts: String? = nil, sender: String = "ann@x.example"
        ) throws -> String? {
            var office = scripts.map { Office($0) } ?? Office()
            office.settings.routes = routes
            return try #require(office.loaded().policy).foreseenStream(
                of: #require(Address("bob@partner.example")), sender: Address(sender), origin: office.origin)
        }
        var bySender = Route(stream: "bulk")
        bySender.sender = Glob("*@x.example")
        var byHeader = Route(stream: "bulk")
        byHeader.headers = [.init(name: "X-Stream", value: Glob("*"))]
        #expect(try foreseen([]) == "office")
        #expect(try foreseen([bySender]) == "bulk")
        #expect(try foreseen([bySender], sender: "ann@y.example") == "office")
        #expect(try foreseen([byHeader]) == nil)
        #expect(try foreseen([bySender, byHeader]) == "bulk")
        #expect(try foreseen([bySender], scripts: "keep;") == nil)
    }
}
