import RelaySettings
import Testing

@testable import RelayPolicy

struct PolicyLoaderTests {
    @Test func `every mistake of every script is told with its path`() {
        let office = Office(#"stream "offise";"#, "keep;", "kepe;\nhold;")
        let outcome = office.loaded()
        #expect(outcome.policy == nil)
        #expect(
            outcome.findings.map(\.description) == [
                #"/policy/s1:2:8: error: unknown stream "offise"; did you mean "office"?; configured: office, bulk"#,
                #"/policy/s3:2:1: error: unknown command "kepe"; did you mean "keep"?"#,
                #"/policy/s3:3:1: error: "hold" needs a reason"#,
            ])
    }

    @Test func `a script that is not there is an error, a doubtful one is not`() {
        var office = Office(#"deleteheader "Auto-Submitted";"#)
        #expect(office.loaded().policy != nil)
        #expect(office.loaded().findings.map(\.severity) == [.warning])
        office.settings.policy.scripts.append("/policy/none")
        #expect(office.loaded().policy == nil)
        #expect(office.loaded().findings.last?.description == "/policy/none:1:1: error: no such file")
    }
}
