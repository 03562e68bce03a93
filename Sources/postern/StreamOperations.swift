import MailSpool
import RelayControl
import RelayDelivery
import RelayEvents
import RelaySettings

/// What operators ask about streams and tell them.
extension Operations {
    func streams() async -> [StreamDocument] { knownStreams.map(document) }

    func pause(_ order: PauseOrder, by operatorName: String) async throws(ControlError) -> StreamDocument {
        guard settings.streams[order.stream] != nil else { throw unknown(order.stream) }
        do throws(StreamPauses.Problem) {
            _ = try await pauses.pause(
                order.stream, by: operatorName, reason: order.reason, span: order.span)
        } catch { throw ControlError(error, order.stream) }
        return document(order.stream)
    }

    /// Also of a stream that is not configured any more: its pause is remembered, and so it can be ended.
    func resume(_ stream: String, by operatorName: String) async throws(ControlError) -> StreamDocument {
        guard settings.streams[stream] != nil || pauses[stream] != nil else { throw unknown(stream) }
        do throws(StreamPauses.Problem) { try await pauses.resume(stream, by: operatorName) } catch {
            throw ControlError(error, stream)
        }
        return document(stream)
    }

    /// The configured ones in the order of the file, then those of which mail or a pause is left.
    var knownStreams: [String] {
        let left = Set(spool.counts().filter { $0.value.total > 0 }.keys).union(pauses.all.keys)
        return settings.streamNames + left.filter { settings.streams[$0] == nil }.sorted()
    }

    private func document(_ name: String) -> StreamDocument {
        let counts = spool.counts()[name] ?? ShareCounts()
        let stream = settings.streams[name]
        return StreamDocument(
            name: name, isConfigured: stream != nil, waiting: counts.waiting, retrying: counts.retrying,
            held: counts.held, smartHosts: stream?.smartHosts.map { "\($0.host):\($0.port)" } ?? [],
            paused: pauses[name].map(PauseDocument.init))
    }

    func unknown(_ stream: String) -> ControlError {
        .notFound(
            "no stream \"\(stream)\" is configured; configured: \(settings.streamNames.joined(separator: ", "))"
        )
    }
}

extension PauseDocument {
    init(_ pause: StreamPause) {
        self.init(
            by: pause.operatorName, reason: pause.reason, since: pause.since.rfc3339,
            until: pause.until?.rfc3339)
    }
}

extension ControlError {
    fileprivate init(_ problem: StreamPauses.Problem, _ stream: String) {
        switch problem {
        case .notPaused: self = .unavailable("stream \(stream) is not paused")
        case .tooMany: self = .unavailable("too many pauses are remembered; resume some of them")
        case .notRemembered(let reason):
            self = .unavailable("done, but a restart will not know of it: \(reason)")
        }
    }
}
