import Glibc
package import NIOCore

/// Who is at the other end of a unix socket, as the kernel knows it.
package struct PeerCredentials: Hashable, Sendable {
    package let userID: UInt32
    package let groupID: UInt32
    /// Supplementary groups.
    package let groups: [UInt32]

    package init(userID: UInt32, groupID: UInt32, groups: [UInt32]) {
        (self.userID, self.groupID, self.groups) = (userID, groupID, groups)
    }

    /// The credentials of a connected channel's peer; nil for TCP. On the channel's loop.
    package init?(_ channel: any Channel) {
        // A channel without a socket (in a test) has no peer: nil says so.
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) {
            Self.init(socket: $0)
        }
        guard let found, let credentials = found else { return nil }
        self = credentials
    }

    private init?(socket: Int32) {
        // struct ucred, which glibc shows only to GNU sources: process, user, group.
        var peer = [UInt32](repeating: 0, count: 3)
        var byteCount = socklen_t(12)
        // TCP answers with user and group -1.
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &byteCount) == 0, peer[1] != UInt32.max
        else {
            return nil
        }
        self.init(userID: peer[1], groupID: peer[2], groups: Self.groups(of: socket))
    }

    /// The first call only learns how many there are.
    private static func groups(of socket: Int32) -> [UInt32] {
        var byteCount: socklen_t = 0
        getsockopt(socket, SOL_SOCKET, peerGroups, nil, &byteCount)
        let count = Int(byteCount) / MemoryLayout<gid_t>.size
        guard count > 0, count <= Limits.peerGroupCount else { return [] }
        var groups = [gid_t](repeating: 0, count: count)
        guard getsockopt(socket, SOL_SOCKET, peerGroups, &groups, &byteCount) == 0 else { return [] }
        return groups
    }

    /// SO_PEERGROUPS of linux/socket.h, which glibc's headers for Swift leave out.
    private static let peerGroups: Int32 = 59
}
