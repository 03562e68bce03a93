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
                == .list(
                    QueueFilter(selection { ($0.stream, $0.state) = ("office", .held) }, showsAddresses: true)
                ))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B") == .show(id: "0QJ5E6W3G0A1B"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/content") == .content(id: "0QJ5E6W3G0A1B"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/2") == .show(id: "0QJ5E6W3G0A1B/2"))
        #expect(try parse("GET", "/queue/0QJ5E6W3G0A1B/2/content") == .content(id: "0QJ5E6W3G0A1B/2"))
        #expect(
            try parse("POST", "/queue/release", body: #"{"ids": ["A", "B/2"]}"#)
                == .perform(QueueOrder(.release(isJudged: nil), on: QueueSelection(ids: ["A", "B/2"]))))
        #expect(
            try parse("POST", "/queue/retry", body: #"{"all":true}"#)
                == .perform(QueueOrder(.retry, on: .everything)))
        #expect(
            try parse("POST", "/queue/hold", body: #"{"older": "2h", "reason": "wait", "progress": true}"#)
                == .perform(
                    QueueOrder(
                        .hold(reason: "wait"), on: selection { $0.older = .seconds(7200) },
                        tellsProgress: true)))
        #expect(
            try parse("POST", "/queue/bounce", body: #"{"sender": "<>", "recipient": "*@x", "text": "gone"}"#)
                == .perform(
                    QueueOrder(
                        .bounce(text: "gone"), on: selection { ($0.sender, $0.recipient) = ("<>", "*@x") })))
        #expect(
            try parse("POST", "/queue/reroute", body: #"{"stream": "a", "state": "held", "into": "b"}"#)
                == .perform(
                    QueueOrder(
                        .reroute(into: "b"), on: selection { ($0.stream, $0.state) = ("a", .held) })))
    }

    private func selection(_ fill: (inout QueueSelection) -> Void) -> QueueSelection {
        var selection = QueueSelection()
        fill(&selection)
        return selection
    }

    /// Every route with what it takes to ask it.
    static let routes: [(String, String, String, ControlAccess)] = [
        ("GET", "/status", "", .read), ("GET", "/queue", "", .read), ("GET", "/queue/A", "", .read),
        ("GET", "/queue/A/2", "", .read), ("GET", "/queue/A/content", "", .operate),
        ("GET", "/queue/A/2/content", "", .operate),
        ("POST", "/queue/hold", #"{"all": true}"#, .operate),
        ("POST", "/queue/release", #"{"all": true}"#, .operate),
        ("POST", "/queue/retry", #"{"all": true}"#, .operate),
        ("POST", "/queue/bounce", #"{"all": true}"#, .operate),
        ("POST", "/queue/reroute", #"{"all": true, "into": "a"}"#, .operate),
        ("POST", "/queue/delete", #"{"all": true}"#, .operate), ("GET", "/streams", "", .read),
        ("GET", "/policy/stats", "", .read),
        ("POST", "/streams/office/pause", #"{"reason": "x"}"#, .operate),
        ("POST", "/streams/office/resume", "", .operate),
    ]

    @Test(arguments: routes)
    func `what may be asked by whom`(method: String, path: String, body: String, access: ControlAccess) throws
    {
        #expect(try parse(method, path, body: body).neededAccess == access)
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "", 404), ("GET", "/status/", 404), ("GET", "/queue/A/B", 404),
        ("GET", "//queue", 404), ("GET", "/queue/A/content/x", 404), ("GET", "/etc/passwd", 404),
        ("POST", "/status", 405), ("DELETE", "/queue/A", 405), ("GET", "/queue/release", 405),
        ("get", "/status", 405), ("PUT", "/queue", 405), ("GET", "/streams/office/pause", 405),
        ("GET", "/streams/office", 404), ("POST", "/streams/office/stop", 404), ("POST", "/streams", 405),
        ("GET", "/policy", 404), ("POST", "/policy/stats", 405),
    ])
    func `what is not there is refused`(method: String, path: String, status: Int) {
        let error = #expect(throws: ControlError.self) { try parse(method, path) }
        #expect(error?.status == status)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{\"ids\":[]}", "{\"all\":false}", "{\"ids\":\"A\"}", "{\"ids\":[1]}",
        "{\"ids\":[\"A\"],\"all\":true}", "{\"all\":true,\"stream\":\"x\"}",
        "{\"ids\":[\"A\"],\"state\":\"held\"}",
        "{\"stream\":1}", "{\"state\":\"gone\"}", "{\"older\":\"2 hours\"}", "{\"older\":7200}",
        "{\"sender\":\"a\\nb\"}",
        "{\"all\":true,\"text\":\"x\"}", "{\"all\":true,\"into\":\"x\"}", "{\"all\":true,\"addresses\":true}",
        "{\"all\":\"true\"}",
        "{\"stream\":\"x\",\"progress\":1}", "{\"all\":true", "\u{0}\u{1}",
        "{\"ids\":[\"A\"]}trailing", String(repeating: "[", count: 100_000),
    ])
    func `a body that is no selection is refused`(body: String) {
        let error = #expect(throws: ControlError.self) { try parse("POST", "/queue/delete", body: body) }
        #expect(error?.status == 400)
    }

    @Test func `a pause says why, and perhaps for how long`() throws {
        #expect(
            try parse("POST", "/streams/office/pause", body: #"{"reason": "why", "for": "2h"}"#)
                == .pause(PauseOrder(stream: "office", reason: "why", span: .seconds(7200))))
        let order = PauseOrder(stream: "a", reason: "x \"y\"", span: .seconds(90))
        #expect(try PauseOrder(stream: "a", body: order.body()) == order)
        #expect(try parse("POST", "/streams/a/resume", body: "{}") == .resume(stream: "a"))
    }

    @Test(arguments: [
        "", "{}", #"{"reason": ""}"#, #"{"reason": "  "}"#, #"{"reason": "a\nb"}"#, #"{"reason": 1}"#,
        #"{"reason": "x", "for": "0s"}"#, #"{"reason": "x", "for": "soon"}"#, #"{"reason": "x", "by": "me"}"#,
        #"{"reason": "\#(String(repeating: "x", count: 501))"}"#,
    ])
    func `a pause without a reason of one line is refused`(body: String) {
        let error = #expect(throws: ControlError.self) { try parse("POST", "/streams/a/pause", body: body) }
        #expect(error?.status == 400)
    }

    @Test(arguments: ["{\"all\":true}", "{\"all\":true,\"into\":\"\"}", "{\"all\":true,\"into\":[\"a\"]}"])
    func `a reroute says where to`(body: String) {
        let error = #expect(throws: ControlError.self) { try parse("POST", "/queue/reroute", body: body) }
        #expect(error?.status == 400)
    }

    @Test func `more IDs than the bound are refused`() {
        let order = QueueOrder(.retry, on: QueueSelection(ids: [String](repeating: "A", count: 10_001)))
        let error = #expect(throws: ControlError.self) { try QueueOrder("retry", body: order.body()) }
        #expect(error?.status == 400)
    }

    static let orders = [
        QueueOrder(.retry, on: QueueSelection(ids: ["0QJ5E6W3G0A1B", "x\"\\é/2"])),
        QueueOrder(.delete, on: .everything, tellsProgress: true),
        QueueOrder(.hold(reason: "a \"b\""), on: .everything),
        QueueOrder(.hold(reason: nil), on: .everything),
        QueueOrder(.bounce(text: "gone"), on: .everything), QueueOrder(.reroute(into: "b"), on: .everything),
    ]

    @Test(arguments: orders) func `an order survives the wire`(order: QueueOrder) throws {
        #expect(try QueueOrder(order.action.name, body: order.body()) == order)
    }

    @Test func `conditions survive the wire and the query`() throws {
        let selection = selection {
            ($0.stream, $0.state, $0.older) = ("a", .retrying, .seconds(90))
            ($0.sender, $0.recipient) = ("*@x.example", "?b+c d@y.example")
        }
        let order = QueueOrder(.release(isJudged: nil), on: selection)
        #expect(try QueueOrder("release", body: order.body()) == order)
        let filter = QueueFilter(selection, showsAddresses: true, tellsProgress: true)
        #expect(try QueueFilter(query: filter.query) == filter)
        let some = QueueFilter(QueueSelection(ids: ["A", "B/2"]))
        #expect(try QueueFilter(query: some.query) == some)
    }

    @Test(arguments: [
        ["state": "gone"], ["addresses": "yes"], ["receiver": "x"], ["stream": "a", "older": "1w"],
        ["all": "true", "stream": "a"], ["ids": "A", "state": "held"], ["into": "b"],
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
