import MailSyntax
import Testing

@testable import SieveEngine

/// What `execute` and `filter` make of a program's end.
struct ProgramCallTests {
    private struct Programs: SievePrograms {
        var outcome: Result<SieveProgramOutcome, SieveProgramError>
        func run(_ order: SieveProgramOrder) throws(SieveProgramError) -> SieveProgramOutcome {
            try outcome.get()
        }
    }

    private func fault(_ script: String, status: Int = 0, _ output: String = "") -> String {
        fault(script, .success(SieveProgramOutcome(status: status, output: Array(output.utf8))))
    }

    private func fault(_ script: String, _ outcome: Result<SieveProgramOutcome, SieveProgramError>) -> String
    {
        var trial = Trial()
        trial.context.programs = Programs(outcome: outcome)
        return trial.fault(script)
    }

    private static let extensions = ["vnd.postern.execute", "vnd.dovecot.filter"]

    @Test(arguments: extensions) func `a filter that prints nothing is an error, not a yes`(_ name: String) {
        let script = "require \"\(name)\"; filter \"f\";"
        #expect(fault(script).contains("program \"f\": printed nothing in place of the message"))
        #expect(fault(script, "Subject: x\r\n\r\n") == "no fault: [\"keep\"]")
        #expect(fault(script, status: 1) == "no fault: [\"keep\"]")
    }

    @Test(arguments: extensions) func `a filter that did not run to its end is an error`(_ name: String) {
        let script = "require \"\(name)\"; filter \"f\";"
        #expect(fault(script, .failure(SieveProgramError("was lost"))).contains("program \"f\": was lost"))
        #expect(Trial().fault(script).contains("program \"f\": no programs are set up"))
    }

    @Test func `under the names of dovecot every other status is a no`() {
        let own = "require \"vnd.postern.execute\"; if not execute \"f\" { discard; }"
        let other = "require \"vnd.dovecot.execute\"; if not execute \"f\" { discard; }"
        #expect(fault(own, status: 7).contains("program \"f\": ended with status 7"))
        #expect(fault(other, status: 7) == "no fault: [\"discard\"]")
    }

    @Test func `an execute needs to print nothing`() {
        #expect(
            fault("require \"vnd.postern.execute\"; if execute \"f\" { discard; }")
                == "no fault: [\"discard\"]")
    }
}
