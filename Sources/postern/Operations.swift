import MailSpool
import MailSyntax
import RelayControl
import RelayEvents
import RelaySettings

/// What the operator's socket asks, answered from spool, settings and counters.
struct Operations: RelayOperations {
    let settings: Settings
    let spool: Spool
    let events: EventLog
    let startedAt: Timestamp

    func status() async -> StatusDocument {
        let counters = events.counters()
        let counts = spool.counts()
        let now = WallClock.now()
        let removed = counts.keys.filter { settings.streams[$0] == nil }.sorted()
        return StatusDocument(
            version: Version.current, configuration: settings.fingerprint, startedAt: startedAt.rfc3339,
            hasRoom: spool.hasRoom, damagedEntries: spool.recovered.damagedCount,
            droppedEvents: counters.droppedEventCount,
            streams: (settings.streamNames + removed).map { name in
                StatusDocument.Stream(
                    name, counts[name] ?? ShareCounts(), counters.streams[name] ?? Counters.Stream(), at: now)
            })
    }

    func list(_ filter: QueueFilter, emit: Emit<ShareDocument>) async throws(ControlError) {
        let state = filter.state.map { MailSpool.ShareState($0) }
        for summary in spool.list(ShareFilter(stream: filter.stream, state: state)) {
            var document = ShareDocument(summary)
            if filter.showsAddresses || summary.state == .held {
                // One that went on meanwhile is not in the queue any more.
                guard let entry = try? await spool.entry(summary.id.entry) else { continue }
                document.add(entry, summary.id, addresses: filter.showsAddresses)
            }
            try await emit(document)
        }
    }

    func show(_ id: String) async throws(ControlError) -> EntryDocument {
        do throws(SpoolError) { return EntryDocument(try await spool.entry(try entryID(id))) } catch {
            throw ControlError(error, id)
        }
    }

    func content(_ id: String, emit: Emit<[UInt8]>) async throws(ControlError) {
        var offset = 0
        do throws(SpoolError) {
            let message = try await spool.message(try entryID(id))
            while offset < message.byteCount {
                let bytes = try await message.read(
                    offset..<min(offset + Self.windowByteCount, message.byteCount))
                offset += bytes.count
                do throws(ControlError) { try await emit(bytes) } catch { return }
            }
        } catch { throw ControlError(error, id) }
    }

    func perform(
        _ action: QueueAction, on selection: QueueSelection, by operatorName: String,
        emit: Emit<ActionDocument>
    ) async throws(ControlError) {
        for id in selection.ids ?? [] where shares(of: id).isEmpty {
            try await emit(ActionDocument(id: id, error: "not in the queue"))
        }
        let shares =
            selection.ids.map { $0.flatMap(shares(of:)) }
            ?? spool.list(ShareFilter()).filter { action.fits($0) }
        for share in shares { try await emit(await perform(action, share.id, by: operatorName)) }
    }

    private static let windowByteCount = 64 << 10

    private func entryID(_ text: String) throws(SpoolError) -> QueueID {
        guard let id = QueueID(text) ?? ShareID(text)?.entry else { throw .notFound }
        return id
    }

    /// The shares that an `ID` or an `ID/2` names.
    private func shares(of text: String) -> [ShareSummary] {
        if let share = ShareID(text) {
            return spool.list(ShareFilter(entry: share.entry)).filter { $0.id == share }
        }
        return QueueID(text).map { spool.list(ShareFilter(entry: $0)) } ?? []
    }

    private func perform(_ action: QueueAction, _ id: ShareID, by operatorName: String) async
        -> ActionDocument
    {
        do throws(SpoolError) {
            let entry = try await spool.entry(id.entry)
            switch action {
            case .release: try await spool.release(id)
            case .retry: try await spool.retry(id)
            case .delete: try await spool.delete(id)
            }
            tell(action, Operated(entry, id, by: operatorName))
            return ActionDocument(id: "\(id)", result: action.pastTense)
        } catch {
            return ActionDocument(id: "\(id)", error: error.description)
        }
    }

    /// A retry changes nothing of a message's fate and is not told: the attempt that follows is.
    private func tell(_ action: QueueAction, _ operated: Operated) {
        switch action {
        case .release: events.tell(.released(operated))
        case .delete: events.tell(.deleted(operated))
        case .retry: break
        }
    }
}

extension QueueAction {
    fileprivate var pastTense: String {
        switch self {
        case .release: "released"
        case .retry: "retried"
        case .delete: "deleted"
        }
    }

    /// Whether `--all` means this share.
    fileprivate func fits(_ share: ShareSummary) -> Bool {
        switch self {
        case .release: share.state == .held
        case .retry: share.state != .held
        case .delete: true
        }
    }
}

extension ControlError {
    fileprivate init(_ error: SpoolError, _ id: String) {
        self = error == .notFound ? .notFound("\(id): not in the queue") : .unavailable("\(id): \(error)")
    }
}
