import Glibc

/// A user as the owners and modes of files know him: the daemon's, where somebody else asks whether it could run.
package struct FileUser: Hashable, Sendable {
    package var name: String
    package var userID: UInt32
    /// His own group and those that he is a member of besides.
    package var groupIDs: Set<UInt32>

    package init(name: String, userID: UInt32, groupIDs: Set<UInt32>) {
        self.name = name
        self.userID = userID
        self.groupIDs = groupIDs
    }

    /// The user of this name as the system knows him; nil: there is none.
    package static func named(_ name: String) -> FileUser? {
        guard let record = getpwnam(name)?.pointee else { return nil }
        var groups = [gid_t](repeating: 0, count: Limits.groupCount)
        var count = Int32(groups.count)
        guard getgrouplist(name, record.pw_gid, &groups, &count) >= 0 else { return nil }
        return FileUser(name: name, userID: record.pw_uid, groupIDs: Set(groups.prefix(Int(count))))
    }

    /// What keeps him from reading a file, and the command that mends it; nil: nothing. Owners and modes alone are
    /// looked at. `status` knows them, of every path that is there.
    package func obstacle(
        to path: String, status: (String) -> SettingsEnvironment.Status?
    ) -> String? {
        for folder in Self.folders(above: path) {
            guard let facts = status(folder), !may(.search, facts) else { continue }
            return "the daemon's user \(name) may not enter \(folder) (\(facts.shown)); "
                + "chgrp \(name) \(folder) && chmod g+x \(folder)"
        }
        guard let facts = status(path), !may(.read, facts) else { return nil }
        return "the daemon's user \(name) may not read \(path) (\(facts.shown)); "
            + "chgrp \(name) \(path) && chmod g+r \(path)"
    }

    private enum Wish: UInt32 {
        case read = 4
        case search = 1
    }

    /// As the kernel decides: the first of owner, group and others that he is, counts.
    private func may(_ wish: Wish, _ facts: SettingsEnvironment.Status) -> Bool {
        if userID == 0 { return true }
        let shift = facts.ownerID == userID ? 6 : groupIDs.contains(facts.groupID) ? 3 : 0
        return facts.mode >> shift & wish.rawValue != 0
    }

    /// `/etc/postern/secrets/office`: `/`, `/etc`, `/etc/postern`, `/etc/postern/secrets`.
    private static func folders(above path: String) -> [String] {
        path.indices.filter { path[$0] == "/" }.map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    }
}

extension SettingsEnvironment.Status {
    fileprivate var shown: String {
        "owner \(ownerID), group \(groupID), mode 0\(String(mode & 0o777, radix: 8))"
    }
}
