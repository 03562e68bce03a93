/// Looks through a whole spool from outside and tells what is not as it should be. Reads only, so it may be done beside the
/// process that has the spool; repairs need the spool alone.
///
/// All functions block.
public struct SpoolCheck: Sendable {
    /// A file that is not as it should be, or that nothing will come of.
    public struct Finding: Hashable, Sendable {
        /// What is the matter.
        public enum Kind: String, Hashable, Sendable {
            /// It begins like an entry, or should, and cannot be read as one.
            case damaged
            /// It is no file of a spool.
            case foreign
            /// The disk does not read it.
            case unreadable
            /// It was never acknowledged. Not wrong: the next start removes it.
            case draft
            /// All of it is through. Not wrong: the next start clears it away.
            case ended
        }

        /// What is the matter.
        public let kind: Kind
        /// The file.
        public let path: String
        /// More of it.
        public let reason: String
        /// Where it lies by now; nil: where it was. Of a draft that was removed, empty.
        public var newPath: String?
        /// Whether a person has to look at it.
        public var isWrong: Bool { kind != .draft && kind != .ended }
    }

    /// What was looked at.
    public struct Report: Hashable, Sendable {
        /// Entries that are whole.
        public internal(set) var entryCount = 0
        /// What was found, in the order of the files.
        public internal(set) var findings: [Finding] = []
        /// Who has the spool; nil: nobody has.
        public internal(set) var holder: String?
        /// Files that were set aside before.
        public internal(set) var damagedCount = 0
    }

    private let disk: any Disk
    private let path: String
    private let repairs: Bool
    private var report = Report()
    private let lockFile: DiskFile?

    /// Prepares a look at the spool in this folder.
    /// - Throws: `inUse` if it is to be repaired and somebody has it.
    public init(_ path: String, repairs: Bool, disk: any Disk = PosixDisk()) throws(SpoolError) {
        self.disk = disk
        self.path = path
        self.repairs = repairs
        let names = Set(try Self.list(path, disk).map(\.name))
        guard names.isSuperset(of: ["version", "lock", "queue", "damaged"]) else {
            throw .unavailable("\(path): not a spool")
        }
        do throws(DiskError) { lockFile = try disk.lock(path + "/lock") } catch {
            guard case .locked(let holder) = error.reason else { throw SpoolError(error) }
            guard !repairs else { throw .inUse(holder) }
            report.holder = holder
            lockFile = nil
        }
    }

    /// Looks at everything. `pause` is called once where somebody has the spool and something looks wrong: what is only
    /// under way is not wrong any more after a while.
    public mutating func run(
        pause: () -> Void, progress: (_ examined: Int, _ expected: Int) -> Void
    ) throws(SpoolError) -> Report {
        defer { if let lockFile { disk.close(lockFile) } }
        report.damagedCount = try Self.list(path + "/damaged", disk).count
        var folders = ["failed"]
        for item in try Self.list(path + "/queue", disk).sorted(by: { $0.name < $1.name }) {
            if item.kind == .folder, QueueFolders.number(item.name) != nil {
                folders.append("queue/" + item.name)
            } else if item.name != DiskProbe.name {
                add(.foreign, "queue/" + item.name, "no folder of the queue")
            }
        }
        var (examined, expected) = (0, 0)
        for (index, folder) in folders.enumerated() {
            let items = try listIfThere(folder).sorted { $0.name < $1.name }
            expected = max(expected, examined + items.count * (folders.count - index))
            for item in items {
                examine(item, in: folder)
                examined += 1
                progress(examined, expected)
            }
        }
        progress(examined, examined)
        if report.holder != nil { lookAgain(pause) }
        return report
    }

    private mutating func examine(_ item: DiskItem, in folder: String) {
        let file = folder + "/" + item.name
        guard item.kind == .file, let id = QueueID(item.name) else {
            return add(.foreign, file, "no file of an entry")
        }
        do throws(ReadError) {
            let opened = try SpoolFolder.Opened(disk, path + "/" + file, id: id)
            try opened.proveMessage()
            report.entryCount += 1
            guard folder != "failed", !opened.stored.entry.shares.contains(where: { $0.standing != .ended })
            else { return }
            add(.ended, file, "all of it is through")
        } catch {
            switch error {
            case .draft: add(.draft, file, "never acknowledged")
            case .format(let reason): add(.damaged, file, reason.description)
            case .disk(let error):
                // Gone since it was listed.
                if error.reason != .missing { add(.unreadable, file, error.description) }
            }
        }
    }

    /// Somebody writes to the spool meanwhile: what they are at is not told.
    private mutating func lookAgain(_ pause: () -> Void) {
        let suspects = report.findings.filter(\.isWrong)
        report.findings = []
        guard !suspects.isEmpty else { return }
        pause()
        for suspect in suspects {
            let file = String(suspect.path.dropFirst(path.utf8.count + 1))
            let parts = file.split(separator: "/").map(String.init)
            let folder = parts.dropLast().joined(separator: "/")
            // As it was listed then; one that is gone is passed over.
            let item = (try? listIfThere(folder))?.first { $0.name == parts.last }
            guard let item else { continue }
            if parts.count == 2, folder == "queue" {
                report.findings.append(suspect)
            } else {
                examine(item, in: folder)
            }
        }
        report.findings.removeAll { !$0.isWrong }
    }

    private mutating func add(_ kind: Finding.Kind, _ file: String, _ reason: String) {
        var finding = Finding(kind: kind, path: path + "/" + file, reason: reason)
        if repairs { finding.newPath = repair(finding) }
        report.findings.append(finding)
    }

    /// What the state table of the spool says of it; nil: it stays.
    private func repair(_ finding: Finding) -> String? {
        switch finding.kind {
        case .damaged, .foreign:
            let name = finding.path.split(separator: "/").last.map(String.init) ?? ""
            return DamagedFile.setAside(name, at: finding.path, in: path, disk)
        case .draft:
            do throws(DiskError) {
                try disk.remove(finding.path)
                return ""
            } catch { return nil }
        case .unreadable, .ended: return nil
        }
    }

    private func listIfThere(_ folder: String) throws(SpoolError) -> [DiskItem] {
        do throws(DiskError) { return try disk.list(path + "/" + folder) } catch {
            if error.reason == .missing { return [] }
            throw SpoolError(error)
        }
    }

    private static func list(_ path: String, _ disk: any Disk) throws(SpoolError) -> [DiskItem] {
        do throws(DiskError) { return try disk.list(path) } catch { throw SpoolError(error) }
    }
}

extension DamagedFile {
    /// Moves a file to the folder of damaged ones, under its own name or one that is free; nil if it has to stay.
    static func setAside(_ name: String, at source: String, in spool: String, _ disk: any Disk) -> String? {
        let target = spool + "/damaged/" + name
        for number in 0..<Limits.sameNameCount {
            let candidate = number == 0 ? target : "\(target).\(number)"
            do throws(DiskError) {
                try disk.rename(source, to: candidate)
                // Should the disk fail now, the file is still found: there or here.
                try? disk.syncFolder(spool + "/damaged")
                return candidate
            } catch  where error.reason == .exists || error.reason == .notEmpty {} catch { return nil }
        }
        return nil
    }
}
