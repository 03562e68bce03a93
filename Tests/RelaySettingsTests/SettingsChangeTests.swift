import MailSyntax
import Testing

@testable import RelaySettings

@Suite struct SettingsChangeTests {
    @Test(arguments: [
        Case("nothing", [], []) { _ in },
        Case("hostname", ["hostname"], []) { $0.hostname = "other.example" },
        Case("listener", ["listeners.lan"], []) { $0.listeners[0].maxRecipients = 7 },
        Case("listeners' order", [], []) { $0.listeners.reverse() },
        Case("new listener", ["listeners.extra"], []) {
            $0.listeners.append(ListenerSettings(name: "extra"))
        },
        Case("stream", ["streams.office"], []) { $0.streams["office"]?.connectionLimit = 9 },
        Case("renamed stream", ["streams.bulk", "streams.news"], []) {
            $0.streams["bulk"] = nil
            $0.streams["news"] = StreamSettings(name: "news")
        },
        Case("credential", ["credentials.m365"], []) { $0.credentials["m365"]?.username = "b" },
        Case("routes", ["routes"], []) { $0.routes = [Route(stream: "office")] },
        Case("log level", ["log"], []) { $0.log.level = .debug },
        Case("log place", ["log"], ["log.to"]) { $0.log.destination = .journal },
        Case("spool", [], ["spool.directory"]) { $0.spool.directory = "/srv/spool" },
        Case("room", [], ["spool.min_free"]) { $0.spool.minimumFreeByteCount = 1 },
        Case("state", [], ["state.directory"]) { $0.stateDirectory = "/srv/state" },
        Case("control", [], ["control.socket", "control.allow_own_user"]) {
            $0.control.socketPath = "/run/other.sock"
            $0.control.allowsOwnUser = true
        },
    ])
    func `what differs is named, and what takes a restart`(_ example: Case) {
        var new = Self.settings
        example.change(&new)
        let change = SettingsChange(from: Self.settings, to: new)
        #expect(change.parts == example.parts, "\(example.name)")
        #expect(change.boundKeys == example.boundKeys, "\(example.name)")
    }

    @Test func `a route that only moved to another line is the same`() throws {
        let text = minimal(top: "routes: [{sender: \"a@*\", stream: s}]")
        let old = try #require(parse(text).settings)
        let new = try #require(parse("# a word\n" + text).settings)
        #expect(new.routes.map(\.line) != old.routes.map(\.line))
        #expect(SettingsChange(from: old, to: new).parts == [])
    }

    struct Case: Sendable {
        let name: String
        let parts: [String]
        let boundKeys: [String]
        let change: @Sendable (inout Settings) -> Void

        init(
            _ name: String, _ parts: [String], _ boundKeys: [String],
            _ change: @escaping @Sendable (inout Settings) -> Void
        ) {
            (self.name, self.parts, self.boundKeys, self.change) = (name, parts, boundKeys, change)
        }
    }

    private static var settings: Settings {
        var settings = Settings(
            hostname: "relay.example", postmaster: Address(localPart: "boss", domain: "office.example"))
        settings.listeners = [ListenerSettings(name: "lan"), ListenerSettings(name: "dmz")]
        settings.credentials["m365"] = Credential(
            name: "m365", username: "a", secret: SecretSource(paths: []))
        settings.streams = ["office": StreamSettings(name: "office"), "bulk": StreamSettings(name: "bulk")]
        settings.streamNames = ["office", "bulk"]
        return settings
    }
}
