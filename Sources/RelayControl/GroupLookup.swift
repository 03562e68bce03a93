import Glibc

/// The system's groups by name.
package enum GroupLookup {
    /// Members may do everything.
    package static let adminGroup = "postern-admin"
    /// Members may read.
    package static let monitorGroup = "postern-monitor"

    /// The ID of a group, nil if there is none of that name. Reads files and may ask a directory
    /// server: for the start of the daemon, not for an event loop.
    package static func groupID(of name: String) -> UInt32? {
        var byteCount = 4096
        while byteCount <= Limits.groupRecordByteCount {
            var record = group()
            var found: UnsafeMutablePointer<group>?
            let code = withUnsafeTemporaryAllocation(of: CChar.self, capacity: byteCount) { buffer in
                getgrnam_r(name, &record, buffer.baseAddress, buffer.count, &found)
            }
            if code != ERANGE { return code == 0 && found != nil ? record.gr_gid : nil }
            byteCount *= 4
        }
        return nil
    }
}
