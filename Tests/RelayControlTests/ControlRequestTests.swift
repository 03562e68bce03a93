import Testing

@testable import RelayControl

@Suite struct ControlRequestTests {
    private func parse(
        _ method: String, _ path: String, query: [String: String] = [:], body: String = ""
    ) throws(ControlError) -> ControlRequest {
        try ControlRequest.parse(method: method, path: path, query: query, body: Array(body.utf8))
    }

    @Test func `each request is understood`() throws {
        #expect(try parse("GET", "/status") == .status)
        #expect(try parse("GET", "/queue") == .list(QueueFilter()))
        #expect(
            try parse("GET", "/queue", query: ["stream": "office", "state": "held", "addresses": "true"])
                == .list(QueueFilter(stream: "office", state: .held, showsAddresses: true)))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B") == .show(id: "0QJ5E6W3G0A1B"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/content") == .content(id: "0QJ5E6W3G0A1B"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/2") == .show(id: "0QJ5E6W3G0A1B/2"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/2/content") == .content(id: "0QJ5E6W3G0A1B/2"))
        #expect(
            try parse("POST", "/queue/release", body: #"{"ids": ["A", "B/2"]}"#)
                == .perform(.release, QueueSelection(ids: ["A", "B/2"])))
        #expect(try parse("POST", "/queue/retry", body: #"{"all":true}"#) == .perform(.retry, .everything))
        #expect(try parse("POST", "/queue/delete", body: #"{"ids":["A"]}"#).neededAccess == .operate)
    }

    @Test func `content and actions need more than reading`() {
        #expect(ControlRequest.status.neededAccess == .read)
        #expect(ControlRequest.list(QueueFilter()).neededAccess == .read)
        #expect(ControlRequest.show(id: "A").neededAccess == .read)
        #expect(ControlRequest.content(id: "A").neededAccess == .operate)
        #expect(ControlRequest.perform(.retry, .everything).neededAccess == .operate)
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "", 404), ("GET", "/status/", 404), ("GET", "/queue/A/B", 404),
        ("GET", "//queue", 404), ("GET", "/queue/A/content/x", 404), ("GET", "/etc/passwd", 404),
        ("POST", "/status", 405), ("DELETE", "/queue/A", 405), ("GET", "/queue/release", 405),
        ("get", "/status", 405), ("PUT", "/queue", 405),
    ])
    func `what is not there is refused`(method: String, path: String, status: Int) {
        let error = #expect(throws: ControlError.self) { try parse(method, path) }
        #expect(error?.status == status)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{\"ids\":[]}", "{\"all\":false}", "{\"ids\":\"A\"}", "{\"ids\":[1]}",
        "{\"ids\":[\"A\"],\"all\":true}", "{\"all\":true,\"stream\":\"x\"}", "{\"all\":true", "\u{0}\u{1}",
        "{\"ids\":[\"A\"]}trailing", String(repeating: "[", count: 100_000),
    ])
    func `a body that is no selection is refused`(body: String) {
        let error = #expect(throws: ControlError.self) { try parse("POST", "/queue/delete", body: body) }
        #expect(error?.status == 400)
    }

    @Test func `more IDs than the bound are refused`() {
        let selection = QueueSelection(ids: [String](repeating: "A", count: 10_001))
        let error = #expect(throws: ControlError.self) { try QueueSelection(body: selection.body()) }
        #expect(error?.status == 400)
    }

    @Test func `a selection survives the wire`() throws {
        let selection = QueueSelection(ids: ["0QJ5E6W3G0A1B", "x\"\\\n\u{1}é/2"])
        #expect(try QueueSelection(body: selection.body()) == selection)
        #expect(try QueueSelection(body: QueueSelection.everything.body()) == .everything)
    }

    @Test(arguments: [
        ["state": "gone"], ["addresses": "yes"], ["recipient": "x"], ["stream": "a", "older": "1d"],
    ])
    func `unknown parameters and values are refused`(query: [String: String]) {
        let error = #expect(throws: ControlError.self) { try parse("GET", "/queue", query: query) }
        #expect(error?.status == 400)
    }

    @Test func `parameters where none belong are refused`() {
        let error = #expect(throws: ControlError.self) {
            try parse("POST", "/queue/delete", query: ["stream": "bulk"], body: #"{"all": true}"#)
        }
        #expect(error == .badRequest("unknown parameter \"stream\""))
    }
}
