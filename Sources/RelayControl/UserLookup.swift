import Glibc

/// The system's users by number.
package enum UserLookup {
    /// The name of a user, nil if there is none of that number. Reads files and may ask a directory server: not for
    /// an event loop.
    @Sendable package static func name(of userID: UInt32) -> String? {
        var byteCount = 1024
        while byteCount <= Limits.userRecordByteCount {
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let (code, name) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: byteCount) { buffer in
                guard let start = buffer.baseAddress else { return (ENOMEM, String?.none) }
                let code = getpwuid_r(userID, &record, start, buffer.count, &found)
                return (code, found.flatMap { $0.pointee.pw_name }.map { String(cString: $0) })
            }
            if code != ERANGE { return code == 0 ? name : nil }
            byteCount *= 4
        }
        return nil
    }
}
