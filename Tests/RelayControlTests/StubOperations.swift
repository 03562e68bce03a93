import RelayControl
import Synchronization

/// A relay with a few entries, which notes what it was asked.
final class StubOperations: RelayOperations {
    let shareCount: Int
    private let notes = Mutex<[String]>([])

    init(shareCount: Int = 3) { self.shareCount = shareCount }

    var asked: [String] { notes.withLock { $0 } }

    private func note(_ text: String) { notes.withLock { $0.append(text) } }

    func reload() async throws(ControlError) -> ReloadDocument {
        note("reload")
        return ReloadDocument(
            isInForce: false, configuration: "ab12", changed: ["routes"],
            findings: [
                .init(file: "postern.yaml", line: 3, column: 1, severity: "error", text: "unknown key")
            ])
    }

    func status() async -> StatusDocument {
        StatusDocument(
            version: "0.1", configuration: "ab12", startedAt: "2026-11-21T09:00:00.000Z", hasRoom: true,
            damagedEntries: 0, scannedEntries: 8, expectedEntries: 9, isScanComplete: false, droppedEvents: 2,
            streams: [
                StatusDocument.Stream(
                    name: "office", waiting: 1, retrying: 2, held: 3, deliveredLastMinute: 4, delivered: 5,
                    deferred: 6, failed: 7, lastReply: "250 2.0.0 Ok",
                    lastReplyAt: "2026-11-21T09:00:00.000Z",
                    troubles: [
                        StatusDocument.Trouble(
                            smartHost: "smtp.example:587", kind: "login-failed", reason: "535 5.7.8 no",
                            since: "2026-11-21T09:00:00.000Z")
                    ])
            ])
    }

    func check(_ selection: QueueSelection) async throws(ControlError) {
        if selection.ids.contains("gone") { throw .notFound("gone: not in the queue") }
    }

    func list(
        _ filter: QueueFilter, progress: Emit<WalkProgress>?, emit: Emit<ShareDocument>
    ) async throws(ControlError) {
        note("list")
        for number in 0..<shareCount {
            try await emit(
                ShareDocument(
                    id: "0QJ5E6W3G\(number)/1", stream: filter.selection.stream ?? "office",
                    state: filter.selection.state ?? .waiting,
                    acceptedAt: "2026-11-21T09:00:00.000Z", size: 4096, attempts: 0, nextAttemptAt: nil,
                    reason: nil,
                    sender: filter.showsAddresses ? "a@b.example" : nil,
                    recipients: filter.showsAddresses ? ["c@d.example"] : nil))
        }
        try await progress?(WalkProgress(examined: shareCount, total: shareCount))
    }

    func show(_ id: String) async throws(ControlError) -> EntryDocument {
        note("show \(id)")
        guard id == "A" else { throw .notFound("there is no entry \(id)") }
        return EntryDocument(
            id: id, messageID: "<m@x>", parent: nil, sender: "", acceptedAt: "2026-11-21T09:00:00.000Z",
            size: 7,
            client: "10.1.2.3", helo: "pc7", listener: "lan", user: nil, tls: nil, protocolName: "ESMTP",
            shares: [
                EntryDocument.Share(
                    id: "A/1", stream: "office", state: "held", attempts: 0, nextAttemptAt: nil,
                    reason: "payroll",
                    heldAt: "2026-11-21T09:00:00.000Z", rule: "outbound.sieve:3", lastReply: nil,
                    isEdited: true,
                    recipients: [
                        EntryDocument.Recipient(
                            address: "c@d.example", status: "pending", reply: nil,
                            redirectedFrom: "e@f.example")
                    ])
            ])
    }

    func content(_ id: String, emit: Emit<[UInt8]>) async throws(ControlError) {
        note("content \(id)")
        try await emit(Array("a: b\r\n".utf8))
        try await emit(Array("\r\n".utf8))
        try await emit([0, 0xFF, 0x0A])
    }

    func check(_ action: QueueAction) async throws(ControlError) {
        if action == .reroute(into: "nowhere") { throw .badRequest("no stream \"nowhere\" is configured") }
    }

    func perform(
        _ order: QueueOrder, by operatorName: String, progress: Emit<WalkProgress>?,
        emit: Emit<ActionDocument>
    ) async throws(ControlError) {
        let ids = order.selection.ids
        note("\(order.action.name) \(ids.isEmpty ? "all" : ids.joined(separator: " ")) by \(operatorName)")
        for id in ids.isEmpty ? ["A/1"] : ids {
            let isKnown = id.hasPrefix("A")
            try await emit(
                ActionDocument(
                    id: id, result: isKnown ? order.action.result : nil,
                    error: isKnown ? nil : "there is no entry"))
        }
        try await progress?(WalkProgress(examined: 1, total: 1))
    }

    func streams() async -> [StreamDocument] { ["office", "bulk"].map { stream($0, paused: nil) } }

    func rules() async -> [RuleDocument] {
        [
            RuleDocument(
                script: "/a.sieve", line: 2, column: 4, name: "envelope", count: 7, held: 3, microseconds: 14),
            RuleDocument(
                script: "/a.sieve", line: 3, column: 5, name: "hold", count: 3, held: nil, microseconds: 2),
        ]
    }

    func pause(_ order: PauseOrder, by operatorName: String) async throws(ControlError) -> StreamDocument {
        guard order.stream == "office" else { throw .notFound("no stream \"\(order.stream)\" is configured") }
        note("pause \(order.stream) by \(operatorName)")
        return stream(
            order.stream,
            paused: PauseDocument(
                by: operatorName, reason: order.reason, since: "2026-11-21T09:00:00.000Z",
                until: order.span.map { _ in "2026-11-21T11:00:00.000Z" }))
    }

    func resume(_ stream: String, by operatorName: String) async throws(ControlError) -> StreamDocument {
        guard stream == "office" else { throw .unavailable("stream \(stream) is not paused") }
        note("resume \(stream) by \(operatorName)")
        return self.stream(stream, paused: nil)
    }

    private func stream(_ name: String, paused: PauseDocument?) -> StreamDocument {
        StreamDocument(
            name: name, isConfigured: true, waiting: 1, retrying: 2, held: 3,
            smartHosts: ["smtp.example:587"], paused: paused)
    }
}
