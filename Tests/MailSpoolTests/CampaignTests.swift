import Testing

@testable import MailSpool

/// A few seeds with every build; `Tests/Simulation` runs as many as there is time for.
@Suite struct CampaignTests {
    @Test(arguments: [0, 1, 2, 3])
    func `whatever happens in whatever order, acknowledged mail is kept and nothing else`(_ part: UInt64)
        throws
    {
        for seed in part * 25 + 1...part * 25 + 25 {
            var run = CampaignRun(seed: seed)
            do { try run.go() } catch { Issue.record("\(run.context): \(error)") }
        }
    }
}
