import RelayControl
import Testing

@Suite struct ControlRulesTests {
    struct Peer: CustomTestStringConvertible {
        let name: String
        let user: UInt32
        let group: UInt32
        var groups: [UInt32] = []
        let allowed: ControlAccess
        var ownUser: UInt32 = 100
        var allowsOwnUser = false
        var admin: UInt32? = 50
        var monitor: UInt32? = 60

        var testDescription: String { name }
    }

    static let peers = [
        Peer(name: "root", user: 0, group: 0, allowed: .operate),
        Peer(name: "root where the daemon runs as root", user: 0, group: 0, allowed: .operate, ownUser: 0),
        Peer(
            name: "root without groups on the system", user: 0, group: 0, allowed: .operate, admin: nil,
            monitor: nil),
        Peer(name: "an admin by group", user: 1000, group: 50, allowed: .operate),
        Peer(
            name: "an admin by supplementary group", user: 1000, group: 1000, groups: [4, 50],
            allowed: .operate),
        Peer(name: "an admin who also monitors", user: 1000, group: 60, groups: [50], allowed: .operate),
        Peer(name: "a monitor by group", user: 1000, group: 60, allowed: .read),
        Peer(name: "a monitor by supplementary group", user: 1000, group: 1000, groups: [60], allowed: .read),
        Peer(name: "a stranger", user: 1000, group: 1000, groups: [4, 27], allowed: .none),
        Peer(name: "a member of group 0", user: 1000, group: 0, groups: [0], allowed: .none),
        Peer(
            name: "a stranger where the groups do not exist", user: 1000, group: 1000, allowed: .none,
            admin: nil, monitor: nil),
        Peer(name: "the daemon's own user", user: 100, group: 100, allowed: .none),
        Peer(name: "the daemon's own user in the group", user: 100, group: 100, groups: [50], allowed: .none),
        Peer(
            name: "the daemon's own user when allowed", user: 100, group: 100, allowed: .operate,
            allowsOwnUser: true),
        Peer(
            name: "a stranger when the own user is allowed", user: 1000, group: 1000, allowed: .none,
            allowsOwnUser: true),
    ]

    @Test(arguments: peers) func `who may do what`(peer: Peer) {
        let rules = ControlRules(
            ownUserID: peer.ownUser, allowsOwnUser: peer.allowsOwnUser, adminGroupID: peer.admin,
            monitorGroupID: peer.monitor)
        #expect(rules.access(userID: peer.user, groupID: peer.group, groupIDs: peer.groups) == peer.allowed)
    }

    @Test func `a group that does not exist has no ID`() {
        #expect(GroupLookup.groupID(of: "no-such-group-here") == nil)
        #expect(GroupLookup.groupID(of: "root") == 0)
    }
}
