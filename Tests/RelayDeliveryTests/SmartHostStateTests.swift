import MailSyntax
import SMTPProtocol
import Testing

@testable import RelayDelivery

@Suite struct SmartHostStateTests {
    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }
    private let login = Trouble(.login, reply: Reply(535, "no"), reason: "refused")
    private let busyLogin = Trouble(.login, reply: Reply(454, "busy"), reason: "refused")
    private let silence = Trouble(.unreachable, reason: "timed out")
    private let busy = Trouble(.refusing, reply: Reply(421, "busy"), reason: "refused")
    private let certificate = Trouble(.tls, reason: "untrusted")

    private func delay(_ failureCount: Int) -> Duration {
        .seconds([60, 300, 900][min(failureCount, 3) - 1])
    }

    @Test func `the first failure begins trouble, and further ones are no news`() {
        var host = SmartHostState()
        #expect(host.failed(silence, at: at(0), delay: delay) == .began(silence, probeAt: at(60)))
        #expect(host.failed(silence, at: at(1), delay: delay) == nil)
        #expect(host.trouble == silence)
        #expect(!host.allowsOpening(at: at(59)))
        #expect(host.allowsOpening(at: at(60)))
    }

    @Test func `one connection probes after the delays of retry`() {
        var host = SmartHostState()
        _ = host.failed(login, at: at(0), delay: delay)
        host.opening(at: at(60))
        #expect(host.isProbed)
        #expect(!host.allowsOpening(at: at(1000)))
        #expect(host.failed(login, at: at(61), delay: delay) == nil)
        #expect(host.opensAt == at(361))
        host.opening(at: at(361))
        _ = host.failed(login, at: at(361), delay: delay)
        #expect(host.opensAt == at(1261))
    }

    @Test func `trouble of another kind is told anew`() {
        var host = SmartHostState()
        _ = host.failed(silence, at: at(0), delay: delay)
        host.opening(at: at(60))
        #expect(host.failed(certificate, at: at(60), delay: delay) == .began(certificate, probeAt: at(360)))
    }

    @Test func `a connection that is opened and takes mail ends the trouble`() {
        var host = SmartHostState()
        _ = host.failed(certificate, at: at(10), delay: delay)
        host.opening(at: at(70))
        host.opened()
        #expect(host.trouble == certificate)
        #expect(host.proved(at: at(71)) == .ended(after: .seconds(61)))
        #expect(host.isUsable)
        #expect(host.proved(at: at(72)) == nil)
    }

    @Test func `a probe that is let in and then refused makes the next one wait longer`() {
        var host = SmartHostState()
        _ = host.failed(login, at: at(0), delay: delay)
        host.opening(at: at(60))
        host.opened()
        host.closed()
        #expect(host.failed(login, at: at(61), delay: delay) == nil)
        #expect(host.opensAt == at(361))
    }

    @Test func `a connection too many is no trouble while others work`() {
        for refusal in [busy, silence, busyLogin] {
            var host = SmartHostState()
            host.opened()
            #expect(host.failed(refusal, at: at(1), delay: delay) == nil)
            #expect(host.isUsable)
            #expect(!host.allowsOpening(at: at(60)))
            #expect(host.allowsOpening(at: at(61)))
            host.closed()
            #expect(host.allowsOpening(at: at(2)))
        }
    }

    @Test func `a refused login or certificate is trouble even while older connections work`() {
        for trouble in [login, certificate] {
            var host = SmartHostState()
            host.opened()
            #expect(host.failed(trouble, at: at(1), delay: delay) == .began(trouble, probeAt: at(61)))
        }
    }

    @Test func `a probe that was given up may be followed at once`() {
        var host = SmartHostState()
        _ = host.failed(silence, at: at(0), delay: delay)
        host.opening(at: at(60))
        host.abandoned(at: at(61))
        #expect(host.allowsOpening(at: at(61)))
    }
}

@Suite struct SmartHostsTests {
    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1000) }
    private let login = Trouble(.login, reply: Reply(535, "no"), reason: "refused")
    private let silence = Trouble(.unreachable, reason: "timed out")

    private func hosts(_ troubles: [Trouble?]) -> SmartHosts {
        var hosts = SmartHosts(count: troubles.count)
        for (index, trouble) in troubles.enumerated() {
            if let trouble { _ = hosts[index].failed(trouble, at: at(0)) { _ in .seconds(60) } }
        }
        return hosts
    }

    private func outlook(_ hosts: SmartHosts, _ seconds: Int64 = 1) -> SmartHosts.Outlook {
        hosts.outlook(at: at(seconds)) { _ in false }
    }

    @Test func `one good smart host is enough`() {
        #expect(outlook(hosts([login, nil])) == .promising)
        #expect(outlook(hosts([nil, silence])) == .promising)
        #expect(!hosts([login, nil]).isNoFaultOfMail)
    }

    @Test func `mail behind a login trouble waits, and is not shown to anyone`() {
        #expect(outlook(hosts([login])) == .wait(until: at(60)))
        #expect(outlook(hosts([silence, login])) == .wait(until: at(60)))
        #expect(hosts([silence, login]).isNoFaultOfMail)
    }

    @Test func `mail behind hosts that cannot be reached has to bear it`() {
        #expect(outlook(hosts([silence, silence])) == .hopeless(silence))
        #expect(!hosts([silence]).isNoFaultOfMail)
    }

    @Test func `after the delay a probe is promising, and others wait for its result`() {
        var hosts = hosts([silence])
        #expect(outlook(hosts, 60) == .promising)
        hosts[0].opening(at: at(60))
        #expect(outlook(hosts, 60) == .wait(until: nil))
    }

    @Test func `where no further connection is allowed only those with one go on`() {
        var hosts = SmartHosts(count: 1)
        hosts[0].opened()
        _ = hosts[0].failed(silence, at: at(0)) { _ in .seconds(60) }
        #expect(outlook(hosts) == .wait(until: at(60)))
        #expect(hosts.outlook(at: at(1)) { $0 == 0 } == .promising)
    }
}
