import MailSpool
import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import RelayIntake
import RelayPolicy
import RelaySettings

/// What the operator's socket asks, answered from spool, settings and counters.
struct Operations: RelayOperations {
    let inForce: InForce
    let spool: Spool
    let events: EventLog
    let streams: Streams
    let pauses: StreamPauses
    let desk: ReloadDesk
    let intake: IntakeServices
    let startedAt: Timestamp

    /// What was counted for a stream; a smart host that it no longer has is no trouble of it.
    private func figures(of name: String, _ counters: Counters, _ settings: Settings) -> Counters.Stream {
        var figures = counters.streams[name] ?? Counters.Stream()
        let hosts = Set(settings.streams[name]?.smartHosts.map(\.name) ?? [])
        figures.troubles = figures.troubles.filter { hosts.contains($0.key) }
        return figures
    }

    /// Those in force at this moment.
    var settings: Settings { inForce.settings }

    func status() async -> StatusDocument {
        let settings = inForce.settings
        let counters = events.counters()
        let counts = spool.counts()
        let now = WallClock.now()
        let oldest = spool.oldestOnTheirWay()
        let recovered = spool.recovered
        return StatusDocument(
            version: Version.current, configuration: settings.fingerprint, startedAt: startedAt.rfc3339,
            hasRoom: spool.hasRoom, damagedEntries: recovered.damagedCount,
            scannedEntries: recovered.examinedCount, expectedEntries: recovered.expectedCount,
            isScanComplete: recovered.isComplete,
            droppedEvents: counters.droppedEventCount,
            streams: knownStreams.map { name in
                StatusDocument.Stream(
                    name, counts[name] ?? ShareCounts(), figures(of: name, counters, settings),
                    oldest[name],
                    pauses[name], intake.gate.figures(of: name), at: now)
            })
    }

    func rules() async -> [RuleDocument] {
        inForce.configuration.policy.statistics.all.map { rule, figures in
            RuleDocument(
                script: rule.place.script, line: rule.place.line, column: rule.place.column, name: rule.name,
                count: figures.count, held: figures.heldCount,
                microseconds: Int(figures.time / .microseconds(1)), rule: rule.place.ruleName)
        }
    }

    func reload() async throws(ControlError) -> ReloadDocument {
        guard let outcome = await desk.ask() else {
            throw .unavailable("too many wait for a reload, or the relay ends")
        }
        return outcome
    }

    func check(_ selection: QueueSelection) async throws(ControlError) {
        if let missing = QueueWalk(selection, of: spool, now: WallClock.now()).missingIDs.first {
            throw .notFound("\(missing): not in the queue")
        }
    }

    func list(
        _ filter: QueueFilter, progress: Emit<WalkProgress>?, emit: Emit<ShareDocument>
    ) async throws(ControlError) {
        let walk = QueueWalk(filter.selection, of: spool, now: WallClock.now())
        let obstacles = obstacles
        try await walk.visit(progress: progress) { summary, entry throws(ControlError) in
            var document = ShareDocument(summary)
            document.add(obstacles[summary.stream], summary)
            if filter.showsAddresses || summary.state == .held || summary.state == .failed {
                guard let entry = await known(entry, summary.id.entry) else { return }
                document.add(entry, summary.id, addresses: filter.showsAddresses)
            }
            try await emit(document)
        }
    }

    /// By stream; a pause comes first, as nothing is tried while it lasts.
    private var obstacles: [String: StreamObstacle] {
        let now = WallClock.now()
        return streams.hindrances.mapValues { StreamObstacle($0, now: now) }
            .merging(pauses.all.mapValues(StreamObstacle.init)) { $1 }
    }

    /// One that went on meanwhile is not in the queue any more.
    private func known(_ entry: Entry?, _ id: QueueID) async -> Entry? {
        // Nil says what there is to say.
        if let entry { entry } else { try? await spool.entry(id) }
    }

    func show(_ id: String) async throws(ControlError) -> EntryDocument {
        do throws(SpoolError) {
            return EntryDocument(try await spool.entry(try entryID(id)), obstacles)
        } catch {
            throw ControlError(error, id, in: spool)
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
        } catch { throw ControlError(error, id, in: spool) }
    }

    func check(_ action: QueueAction) async throws(ControlError) {
        guard case .reroute(let stream) = action, settings.streams[stream] == nil else { return }
        throw unknown(stream)
    }

    func perform(
        _ order: QueueOrder, by operatorName: String, progress: Emit<WalkProgress>?,
        emit: Emit<ActionDocument>
    ) async throws(ControlError) {
        let work = work(by: operatorName)
        let now = work.now
        let walk = QueueWalk(order.selection, of: spool, now: now)
        for id in walk.missingIDs { try await emit(ActionDocument(id: id, error: "not in the queue")) }
        try await walk.visit(progress: progress) { share, entry throws(ControlError) in
            guard !order.selection.ids.isEmpty || order.action.fits(share) else { return }
            try await emit(await work.perform(order.action, share, entry))
        }
    }

    /// What is done to the queue by the configuration in force.
    private func work(by operatorName: String) -> QueueWork {
        let configuration = inForce.configuration
        return QueueWork(
            spool: spool, events: events, bouncer: streams.bouncer,
            judgement: SecondJudgement(
                policy: configuration.policy, settings: configuration.settings, desk: intake.desk),
            requeue: Requeue(
                intake.under(configuration.settings, configuration.policy), by: operatorName),
            operatorName: operatorName, now: WallClock.now())
    }

    /// Judges again what waits because a script failed, in the daemon's own name.
    var retrial: ErrorRetrial {
        ErrorRetrial(spool, now: WallClock.now) { [self] id in
            // One that cannot be read or changed now is met again in the next round.
            try? await work(by: "policy.on_error").retry(id)
        }
    }

    private static let windowByteCount = 64 << 10

    private func entryID(_ text: String) throws(SpoolError) -> QueueID {
        guard let id = QueueID(text) ?? ShareID(text)?.entry else { throw .notFound }
        return id
    }
}

extension ControlError {
    fileprivate init(_ error: SpoolError, _ id: String, in spool: Spool) {
        let entry = id.prefix { $0 != "/" }
        self =
            error == .notFound
            ? .notFound("\(id): \(spool.absence); what became of it: journalctl POSTERN_ID=\(entry)")
            : .unavailable("\(id): \(error)")
    }
}

extension Spool {
    /// What is said of an entry that is not found.
    fileprivate var absence: String {
        recovered.isComplete
            ? "not in the queue" : "not in the part of the queue that was looked through so far"
    }
}
