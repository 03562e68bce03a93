import MailSpool
import MailSyntax
import RelayEvents
import RelaySettings

/// Takes in what local users left in the maildrop while the relay was away.
///
/// One file at a time, each with its own syncs: however many there are, clients that wait for an answer go first. A
/// file goes only when its mail is in the spool, so a crash between the two sends it twice, never not at all.
package struct MaildropCollector: Sendable {
    private struct Wait {
        var until: ContinuousClock.Instant
        var delay: Duration
    }

    private let services: @Sendable () -> IntakeServices
    private let sleep: @Sendable (Duration) async throws -> Void
    /// Files that could not be taken, by name.
    private var waits: [String: Wait] = [:]
    /// Names that cannot be taken and cannot be moved; each was told once.
    private var stuck: Set<String> = []

    /// `services` are those of the configuration in force.
    package init(
        services: @escaping @Sendable () -> IntakeServices,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.services = services
        self.sleep = sleep
    }

    /// Collects until the task is cancelled. The folder may come and go.
    package mutating func run() async {
        while !Task.isCancelled {
            await collect()
            do { try await sleep(Limits.maildropInterval) } catch { return }
        }
    }

    /// One look at the folder, and at each file in it that is due.
    mutating func collect() async {
        let services = services()
        guard services.room.hasRoom else { return }
        let folder = MaildropFolder(services.settings.spool)
        let now = services.uptime()
        let left = stuck.union(waits.filter { $0.value.until > now }.keys)
        // The spool is closed only when the relay ends.
        guard let names = try? await services.spool.onDisk({ folder.names(besides: left) }) else { return }
        if names.count < Limits.listedDropCount {
            let there = Set(names)
            waits = waits.filter { $0.value.until > now || there.contains($0.key) }
        }
        var foreignCount = 0
        for name in names where !Task.isCancelled {
            guard let reason = await take(name, in: folder, services) else { continue }
            await setAside(name, in: folder, services, reason)
            foreignCount += 1
            if foreignCount == Limits.foreignDropCount { return }
        }
    }

    /// Takes a file; says why it is to be moved out of the way, if it is.
    private mutating func take(
        _ name: String, in folder: MaildropFolder, _ services: IntakeServices
    ) async -> String? {
        switch MaildropFolder.kind(of: name) {
        case .foreign: return "nothing that sendmail left in the maildrop"
        case .draft:
            let limit = services.now().millisecondsSince1970 / 1000 - Limits.draftAgeSeconds
            // If not now, then at the next look.
            _ = try? await services.spool.onDisk { folder.removeDraft(name, untouchedSince: limit) }
            return nil
        case .mail: break
        }
        let opened: Result<DroppedFile, MaildropFault>? = try? await services.spool.onDisk {
            Result { () throws(MaildropFault) in try DroppedFile(folder.path(name)) }
        }  // nil when the spool is closed, which is the end of the relay
        switch opened {
        case nil, .failure(.gone): return nil
        case .failure(.unavailable): wait(name, services)
        case .failure(.foreign(let reason)): return reason
        case .success(let file):
            var intake = DropIntake(file, services: services)
            switch await intake.take() {
            case .done: await remove(name, in: folder, services)
            case .later: wait(name, services)
            case .unusable(let reason): return "left by uid \(file.ownerID): \(reason)"
            }
        }
        return nil
    }

    private mutating func remove(
        _ name: String, in folder: MaildropFolder, _ services: IntakeServices
    ) async {
        waits[name] = nil
        // nil: the relay ends; the file is taken again at the next start.
        guard let isGone = try? await services.spool.onDisk({ folder.remove(name) }) else { return }
        if !isGone { tellStuck(name, folder.path(name), "was taken, but cannot be removed", services) }
    }

    private mutating func setAside(
        _ name: String, in folder: MaildropFolder, _ services: IntakeServices, _ reason: String
    ) async {
        waits[name] = nil
        // The spool is open as long as this runs; what cannot be moved stays where it is.
        guard let target = try? await services.spool.onDisk({ folder.setAside(name) }) else {
            return tellStuck(name, folder.path(name), reason, services)
        }
        services.events.tell(.entryDamaged(EntryDamaged(id: nil, path: target, reason: reason)))
    }

    /// Told once; it is passed over until the next start.
    private mutating func tellStuck(
        _ name: String, _ path: String, _ reason: String, _ services: IntakeServices
    ) {
        guard stuck.count < Limits.stuckDropCount, stuck.insert(name).inserted else { return }
        services.events.tell(.entryDamaged(EntryDamaged(id: nil, path: path, reason: reason)))
    }

    private mutating func wait(_ name: String, _ services: IntakeServices) {
        let delay = min(
            (waits[name]?.delay).map { $0 * 2 } ?? Limits.dropDelay.lowerBound, Limits.dropDelay.upperBound)
        waits[name] = Wait(until: services.uptime() + delay, delay: delay)
    }
}
