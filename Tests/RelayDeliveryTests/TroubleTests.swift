import MailSyntax
import PosternTestSupport
import RelaySettings
import TLSEngine
import Testing

@testable import RelayDelivery

/// A smart host that mail may not be shown to: the mail waits as it is until that is over.
@Suite(.timeLimit(.minutes(1))) struct TroubleTests {
    private let tls: TestTLS
    private let folder: TemporaryFolder

    init() throws {
        tls = try TestTLS()
        folder = try TemporaryFolder()
    }

    private func script(
        _ context: TLSContext?, keywords: [String] = ["AUTH PLAIN LOGIN"],
        _ answer: @escaping @Sendable (String, Int) -> ScriptedSmartHost.Answer? = { _, _ in nil }
    ) -> ScriptedSmartHost.Script {
        var script = ScriptedSmartHost.Script()
        script.keywords += keywords
        script.tls = context
        script.answer = answer
        return script
    }

    /// Runs a stream that demands verified TLS and AUTH.
    private func withLogin(
        _ script: ScriptedSmartHost.Script, credential: Credential.Mechanism = .auto,
        smartHost: Change<SmartHostSettings> = Change { _ in },
        _ body: (DeliveryHarness) async throws -> Void
    ) async throws {
        let caFile = try folder.write("ca.pem", tls.authorityPEM)
        let secret = try folder.write("secret", Array("s3cret\n".utf8))
        try await withDelivery(
            [script],
            smartHost: Change {
                $0.tls = .starttls
                $0.caFile = caFile
                $0.credential = "main"
                smartHost.make(&$0)
            },
            settings: Change {
                $0.credentials["main"] = Credential(
                    name: "main", username: "relay", mechanism: credential,
                    secret: SecretSource(paths: [secret]))
            }, body)
    }

    /// Expects that nothing was shown or counted, sets the smart host right, and expects the mail at the probe.
    private func expectOneWait(_ relay: DeliveryHarness, told kind: String, repair: ScriptedSmartHost.Script)
        async throws
    {
        for _ in 0..<3 { try await relay.submit() }
        _ = try await relay.events.wait(kind)
        #expect(relay.events.events("deferred").isEmpty)
        #expect(!relay.hosts[0].lines.contains { $0.hasPrefix("MAIL") })
        let hindrance = try #require(relay.dispatcher.hindrance)
        #expect(
            hindrance.reason.contains(
                kind.hasPrefix("login") ? "login failed at 127." : "TLS failed with 127."))
        let probeAt = try #require(hindrance.probeAt)
        #expect(probeAt - relay.time.wallTime <= .seconds(66))
        relay.hosts[0].change { $0 = repair }
        relay.time.advance(by: .seconds(61))
        _ = try await relay.events.wait("delivered", count: 3)
        #expect(relay.events.events("delivered").allSatisfy { $0["ATTEMPT"] == "1" })
        #expect(relay.events.events(kind).count == 1)
        _ = try await relay.events.wait("breaker-closed")
        #expect(relay.dispatcher.hindrance == nil)
    }

    @Test(arguments: [Credential.Mechanism.auto, .plain, .login])
    func `mail leaves over verified TLS after AUTH`(mechanism: Credential.Mechanism) async throws {
        try await withLogin(script(tls.server), credential: mechanism) { relay in
            try await relay.submit()
            let event = try await relay.events.wait("delivered")
            #expect(event["TLS"]?.hasPrefix("TLSv1.3") == true)
            #expect(event["CREDENTIAL"] == "main")
            let plain = "AUTH PLAIN AHJlbGF5AHMzY3JldA=="
            #expect(relay.hosts[0].lines.contains(mechanism == .login ? "AUTH LOGIN" : plain))
        }
    }

    @Test func `implicit TLS begins with the first byte`() async throws {
        var script = script(tls.server)
        script.isImplicit = true
        try await withLogin(script, smartHost: Change { $0.tls = .implicit }) { relay in
            try await relay.submit()
            #expect(try await relay.events.wait("delivered")["TLS"] != nil)
            #expect(!relay.hosts[0].lines.contains("STARTTLS"))
        }
    }

    @Test func `STARTTLS that is not offered is TLS trouble, and nothing is said in the clear`() async throws
    {
        try await withLogin(script(nil)) { relay in
            try await expectOneWait(relay, told: "tls-failed", repair: script(tls.server))
        }
    }

    @Test func `a certificate for another name is TLS trouble`() async throws {
        try await withLogin(script(tls.otherName)) { relay in
            try await expectOneWait(relay, told: "tls-failed", repair: script(tls.server))
            #expect(relay.events.events("tls-failed").first?["REASON"]?.contains("other.example") == true)
        }
    }

    @Test func `a certificate of an unknown authority is TLS trouble`() async throws {
        let stranger = try TestTLS()
        try await withLogin(script(stranger.server)) { relay in
            try await expectOneWait(relay, told: "tls-failed", repair: script(tls.server))
        }
    }

    @Test func `AUTH that is not offered is login trouble`() async throws {
        try await withLogin(script(tls.server, keywords: [])) { relay in
            try await expectOneWait(relay, told: "login-failed", repair: script(tls.server))
        }
    }

    @Test func `a wrong password is login trouble`() async throws {
        let refusing = script(tls.server) { line, _ in
            line.hasPrefix("AUTH") ? .reply("535 5.7.8 authentication failed") : nil
        }
        try await withLogin(refusing) { relay in
            try await expectOneWait(relay, told: "login-failed", repair: script(tls.server))
            let event = try await relay.events.wait("login-failed")
            #expect(event["REPLY"] == "535 5.7.8 authentication failed")
            #expect(event["CREDENTIAL"] == "main")
        }
    }

    @Test func `530 to MAIL is login trouble, and fails no message`() async throws {
        let refusing = script(nil) { line, _ in
            line.hasPrefix("MAIL") ? .reply("530 5.7.0 authentication required") : nil
        }
        try await withDelivery([refusing]) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("login-failed")
            relay.hosts[0].change { $0.answer = { _, _ in nil } }
            relay.time.advance(by: .seconds(61))
            #expect(try await relay.events.wait("delivered")["ATTEMPT"] == "1")
            #expect(relay.events.events("deferred").isEmpty)
        }
    }

    @Test func `time behind a login trouble does not count toward expire`() async throws {
        let refusing = script(tls.server) { line, _ in line.hasPrefix("AUTH") ? .reply("535 5.7.8 no") : nil }
        try await withLogin(refusing) { relay in
            try await relay.submit()
            _ = try await relay.events.wait("login-failed")
            relay.hosts[0].change {
                $0.answer = { line, _ in line.hasPrefix("RCPT") ? .reply("450 4.2.1 later") : nil }
            }
            relay.time.advance(by: .seconds(10 * 86_400))
            let deferred = try await relay.events.wait("deferred")
            #expect(deferred["ATTEMPT"] == "1")
            #expect(relay.events.events("expired").isEmpty)
        }
    }
}
