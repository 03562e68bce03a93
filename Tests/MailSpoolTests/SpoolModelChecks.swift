import MailSyntax
import PosternTestSupport

@testable import MailSpool

/// What must hold of a spool, at any time and after a start.
extension SpoolModel {
    /// After an operation that failed: what a reader is told now is how it is from here on. Of the outcome of
    /// an attempt that is what was to be recorded.
    func look(_ id: QueueID, expecting outcome: Share? = nil) throws {
        guard let folder, let found = expected[id], found.isThere else { return }
        if case .gone = found.promise { throw Finding("\(id) came back") }
        if case .ended(survivesKill: true) = found.promise {
            throw Finding("\(id) would be sent again, and no power was cut")
        }
        let shares = try folder.open(id, in: found.place).stored.entry.shares
        for (index, share) in shares.enumerated() {
            try require(found.states[index].contains(share), "\(id)/\(index + 1): \(share)")
            if found.states[index].last != share { expected[id]?.states[index].append(share) }
            if share.number == outcome?.number {
                try require(share == outcome, "\(id): \(share), recorded was \(String(describing: outcome))")
            }
        }
    }

    /// To be called on a spool that was just opened and nothing failed. With `tears` files that were never
    /// acknowledged may have been torn such that they had to be set aside. `wasKilled`: the disk lost nothing.
    func check(tears: Bool = false, wasKilled: Bool = false) throws {
        try throwFinding()
        guard let folder else { throw Finding("the spool is not open") }
        var found: Set<QueueID> = []
        let paths = disk.paths
        for path in paths where path.hasPrefix("/spool/queue/") && !path.hasSuffix("/") {
            let parts = path.split(separator: "/")
            guard parts.count == 4, let place = QueueFolders.number(String(parts[2])),
                let id = QueueID(String(parts[3]))
            else { throw Finding("\(path) was left behind") }
            try require(found.insert(id).inserted, "\(id) is there twice")
            try check(id, in: place, of: folder, tears: tears, wasKilled: wasKilled)
        }
        try checkStrays(paths, tears: tears)
        try checkFolders(paths)
        for (id, entry) in expected {
            if case .kept = entry.promise {
                try require(found.contains(id), "\(id) was acknowledged and is lost")
            }
            settle(id, isThere: found.contains(id), wasKilled: wasKilled)
        }
    }

    private func require(_ holds: Bool, _ text: @autoclosure () -> String) throws(Finding) {
        if !holds { throw Finding(text()) }
    }

    private func check(
        _ id: QueueID, in place: Int, of folder: SpoolFolder, tears: Bool, wasKilled: Bool
    ) throws {
        guard let entry = expected[id] else { throw Finding("\(id) was never taken") }
        switch entry.promise {
        case .gone: throw Finding("\(id) came back")
        case .ended(survivesKill: true) where wasKilled:
            throw Finding("\(id) would be sent again, and no power was cut")
        case .ended, .kept, .nothing: break
        }
        let opened: SpoolFolder.Opened
        do throws(SpoolError) { opened = try folder.openChecked(id, in: place) } catch {
            guard tears, !entry.isAcknowledged else { throw Finding("\(id): \(error)") }
            return
        }
        let stored = opened.stored.entry
        try require(stored.envelope == entry.entry.envelope && stored.origin == entry.entry.origin, "\(id)")
        try require(stored.messageID == entry.entry.messageID && stored.parent == entry.entry.parent, "\(id)")
        try require(
            try opened.view.bytes(0..<stored.messageByteCount) == entry.message[...], "\(id): another message"
        )
        try require(stored.shares.contains { $0.standing != .ended }, "\(id) has ended and was left behind")
        for (index, share) in stored.shares.enumerated() {
            let reader = MessageReader(opened, share.pieces, pool: Self.pool)
            let bytes = try reader.bytes(0..<reader.byteCount)
            try require(
                bytes == Samples.bytes(of: entry.entry.shares[index].pieces, entry.message),
                "\(id): another edit")
            // Nothing is known of shares that never came to be stored.
            let states = entry.states.isEmpty ? [] : entry.states[index]
            try require(states.isEmpty || states.contains(share), "\(id)/\(index + 1): \(share) of \(states)")
        }
        rebase(id, on: stored.shares, wasKilled: wasKilled)
    }

    /// From here on it is as it was found: after a power cut for good, after a kill as long as there is power.
    private func rebase(_ id: QueueID, on shares: [Share], wasKilled: Bool) {
        guard wasKilled, let states = expected[id]?.states, !states.isEmpty else {
            expected[id]?.states = shares.map { [$0] }
            return
        }
        for (index, share) in shares.enumerated() where states[index].last != share {
            expected[id]?.states[index].append(share)
        }
    }

    /// What is there is worked on again. What is not will not come back, unless a power cut undoes its removal.
    private func settle(_ id: QueueID, isThere: Bool, wasKilled: Bool) {
        let isWhole = expected[id]?.states.isEmpty == false
        expected[id]?.isThere = isThere && isWhole
        switch (expected[id]?.promise, isThere) {
        case (.ended, true): expected[id]?.promise = .ended(survivesKill: false)
        case (.nothing, false), (.ended, false): if !wasKilled { expected[id]?.promise = .gone }
        case (.nothing, true), (.kept, _), (.gone, _), (nil, _): break
        }
    }

    private func checkStrays(_ paths: [String], tears: Bool) throws {
        for path in paths where !path.hasSuffix("/") && !path.hasPrefix("/spool/queue/") {
            if ["/spool/lock", "/spool/version", "/spool/probe"].contains(path) { continue }
            if excused.contains(path) { continue }
            guard tears, path.hasPrefix("/spool/damaged/"),
                let id = QueueID(String(path.split(separator: "/").last ?? "")),
                expected[id]?.isAcknowledged == false
            else { throw Finding("\(path) was left behind") }
            excused.insert(path)
        }
    }

    /// Of several folders none is empty but the newest.
    private func checkFolders(_ paths: [String]) throws {
        let folders = paths.filter {
            $0.hasPrefix("/spool/queue/") && $0.hasSuffix("/") && $0 != "/spool/queue/"
        }
        for folder in folders.dropLast() {
            try require(paths.contains { $0.hasPrefix(folder) && $0 != folder }, "\(folder) is empty")
        }
    }

    private static let pool = DiskPool(threadCount: 1)
}
