/// What the peer of the control socket may do.
package enum ControlAccess: Comparable, Sendable {
    /// Nothing.
    case none
    /// See how the service fares and what is queued, but no message content.
    case read
    /// Everything.
    case operate
}

/// Who may do what at the control socket. The kernel names the peer; the socket's file mode decides nothing.
package struct ControlRules: Sendable {
    /// The user that the daemon runs as.
    package var ownUserID: UInt32
    /// `control.allow_own_user`.
    package var allowsOwnUser: Bool
    /// The group `postern-admin`; a group that does not exist admits nobody.
    package var adminGroupID: UInt32?
    /// The group `postern-monitor`.
    package var monitorGroupID: UInt32?

    package init(ownUserID: UInt32, allowsOwnUser: Bool, adminGroupID: UInt32?, monitorGroupID: UInt32?) {
        self.ownUserID = ownUserID
        self.allowsOwnUser = allowsOwnUser
        self.adminGroupID = adminGroupID
        self.monitorGroupID = monitorGroupID
    }

    /// What a peer may do.
    ///
    /// The daemon's own user is refused even as a member of a group, so that a policy program that
    /// the daemon runs cannot drive the daemon.
    package func access(userID: UInt32, groupID: UInt32, groupIDs: [UInt32]) -> ControlAccess {
        if userID == 0 { return .operate }
        if userID == ownUserID { return allowsOwnUser ? .operate : .none }
        let isMember = { (group: UInt32?) in group.map { $0 == groupID || groupIDs.contains($0) } ?? false }
        if isMember(adminGroupID) { return .operate }
        return isMember(monitorGroupID) ? .read : .none
    }
}
