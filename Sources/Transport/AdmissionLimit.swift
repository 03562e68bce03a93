import Synchronization

/// How many connections there may be, in all and from one host.
package final class AdmissionLimit: Sendable {
    private struct Present {
        var totalLimit: Int
        var perPeerLimit: Int
        var total = 0
        var perPeer: [PeerAddress: Int] = [:]
    }

    private let present: Mutex<Present>

    package init(total: Int, perPeer: Int) {
        present = Mutex(Present(totalLimit: total, perPeerLimit: perPeer))
    }

    /// Other limits from now on; who is in stays.
    package func change(total: Int, perPeer: Int) {
        present.withLock { ($0.totalLimit, $0.perPeerLimit) = (total, perPeer) }
    }

    /// Whether one more from there may come in; if so it counts until `leave`.
    package func enter(_ peer: PeerAddress) -> Bool {
        present.withLock { present in
            let count = present.perPeer[peer.withoutPort, default: 0]
            guard present.total < present.totalLimit, count < present.perPeerLimit else { return false }
            present.total += 1
            present.perPeer[peer.withoutPort] = count + 1
            return true
        }
    }

    /// Once for each successful `enter`.
    package func leave(_ peer: PeerAddress) {
        present.withLock { present in
            guard let count = present.perPeer[peer.withoutPort] else { return }
            present.total -= 1
            present.perPeer[peer.withoutPort] = count == 1 ? nil : count - 1
        }
    }

    /// How many are in.
    package var count: Int { present.withLock { $0.total } }
}
