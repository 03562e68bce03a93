import RelayEvents
import Testing

@Suite struct EventDocumentTests {
    @Test func `postern(8) lists every event, and no other`() throws {
        let page = try Project.text(of: "packaging/man/postern.8")
        let section = try #require(
            page.split(separator: "\n.Sh EVENTS\n").last?.split(separator: "\n.Sh ").first)
        let listed = section.matches(of: #/(?m)^\.It Li (?<name>[a-z-]+)$/#).map { String($0.name) }
        #expect(listed.sorted() == EventKind.allCases.map(\.rawValue).sorted())
    }

    @Test func `postern(8) lists every field that an event may have, and no other`() throws {
        let page = try Project.text(of: "packaging/man/postern.8")
        let files = ["EventFields", "MailFields", "ServiceFields"]
        let names = try files.flatMap { file in
            try Project.text(of: "Sources/RelayEvents/\(file).swift").matches(
                of: #/"(?<name>POSTERN_[A-Z_]+)"/#
            ).map { String($0.name) }
        }
        let listed = page.matches(of: #/(?m)^\.It Ev (?<name>POSTERN_[A-Z_]+)$/#).map { String($0.name) }
        #expect(Set(names).subtracting(["POSTERN_EVENT"]) == Set(listed))
        #expect(Set(listed).count == listed.count)
    }

    @Test func `no two events have the same MESSAGE_ID`() {
        #expect(Set(EventKind.allCases.map(\.messageID)).count == EventKind.allCases.count)
    }

    @Test func `a MESSAGE_ID that was released stays what it was`() {
        for (name, id) in Self.released { #expect(EventKind(rawValue: name)?.messageID == id, "\(name)") }
    }

    /// Administrators match on these.
    private static let released = [
        "accepted": "0f87f539a0c24f398e5582e2f696741e",
        "created": "8214bb5e4298428898be68a4ee2e7328",
        "refused": "60851b5244904375b0ae2dce9a67c947",
        "held": "295c274e4dd24349bdacc57d893bf212",
        "released": "c0b85c1ac8c14ef4948d339825cb0fa2",
        "discarded": "4ff57c78fb554aa098c795c46fbd053b",
        "delivered": "2d02ecbb5f104909b24474ac47d3a01d",
        "deferred": "c213ad490c094b3185657e74b83696a2",
        "failed": "0359ee51d0b34d3fb1ce3e442611febc",
        "expired": "bc98f783cb7944a8815150ffa78cb49f",
        "deleted": "98637372d59747f4b983c659293cf9cb",
        "rerouted": "d9af11a94d0642928a725f2edce69330",
        "uncertain": "6f8e898c4c844337a16a9404780bf38b",
        "started": "9ce9697cfd564b81b1df5584618fbfec",
        "start-failed": "8173672e34fb47848a3c876e881605a1",
        "ready": "f6e0ce0c37004bafb36b17e8b7d529c7",
        "stopping": "9de9781a5c744a0aac087c32c8a7c772",
        "reloaded": "76ea31b9d88b4bfbb7937223c09ac42d",
        "reload-failed": "1c7a37f086d847bebb3677a1f0da516b",
        "policy-reload-failed": "8b8871840eeb4a7eb3b7025e7f6cf8b3",
        "certificate-reloaded": "8feae26b8a254cb0bcd8014a982264a2",
        "self-check-failed": "0f629624d8f54c1f9e9e162cc933282c",
        "stream-paused": "8219a34986674ae5bceead2d1a2048ef",
        "stream-resumed": "949b812933ca440db9ee0c67da2a1aeb",
        "stream-full": "4d1c6f0b7a5e43d2a8c90e6b3f7d2158",
        "stream-ok": "b86a2e915c3f4f07932d41d8e07ac6f4",
        "login-failed": "5830423e0ff44d04a0a33216300c5f92",
        "tls-failed": "b9cccd90034e4bc8a0b1d0b9ed621336",
        "breaker-opened": "efc647c977414ad1a15a0f7f67ffc425",
        "breaker-closed": "7265cd5ee9d9416683363153dae4cd88",
        "spool-full": "7347d926204f44e8baa98034bab6836b",
        "spool-ok": "a8fb89337b3749cfab6533e83757bd0c",
        "spool-scanned": "806dd652ed13403db442a0ce4bb37f19",
        "entry-damaged": "6013cf20849740cf857d67ef79d3b042",
        "policy-error": "357264bb0cfc419ba66a0c4d3fdfaf03",
        "client-limited": "5847c0579180454fa5f9a6b50a2dd86e",
        "auth-failed": "9c1b2d6e4f7a4a0c8e35d17f60b2a943",
        "events-dropped": "abdf1e615cbf477cb1a5f614b2efbd5b",
        "dialogue": "2382519a3bf444228ffe6cebdd46ce00",
    ]
}
