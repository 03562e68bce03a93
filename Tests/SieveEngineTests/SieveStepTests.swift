import MailSyntax
import SieveEngine
import Testing

@Suite struct SieveStepTests {
    /// `line:column name result`, for each step of a script on the usual message.
    private func steps(_ script: String) throws -> [String] {
        var steps: [String] = []
        let head = Trial.wire("From: ann@example.org\nSubject: hello\n\nbody\n")
        var run = SieveRun(
            SieveMessage(head: head, byteCount: head.count),
            SieveEnvelope(
                sender: nil, recipient: Recipient(Address(localPart: "bob", domain: "example.net"))))
        let script = try Trial().compiled(script)
        do throws(SieveRuntimeError) {
            _ = try run.run(script) { step in
                let result =
                    switch step.kind {
                    case .test(let name, let holds): "\(name) \(holds)"
                    case .action(let name): name
                    }
                steps.append("\(step.line):\(step.column) \(result)")
            }
        } catch {
            steps.append("\(error)")
        }
        return steps
    }

    @Test func `tests and commands are told in the order of the run, with their places`() throws {
        let script = """
            require ["editheader", "vnd.postern.stream"];
            if header :is "subject" "nothing" { discard; }
            elsif not exists "X-None" {
                addheader "X-A" "b";
                stream "bulk";
            }
            stop;
            keep;
            """
        #expect(
            try steps(script) == [
                "2:4 header false", "3:11 exists false", "4:5 addheader", "5:5 stream", "7:1 stop",
            ])
    }

    @Test(arguments: [
        (#"if anyof (true, size :over 1) { keep; }"#, ["1:33 keep"]),
        (
            #"if anyof (size :over 9K, size :over 1) { keep; }"#,
            ["1:11 size false", "1:26 size true", "1:42 keep"]
        ),
        (#"if allof (size :over 9K, size :over 1) { keep; }"#, ["1:11 size false"]),
        ("", []), ("keep;", ["1:1 keep"]),
    ])
    func `what need not be looked at is not told`(script: String, expected: [String]) throws {
        #expect(try steps(script) == expected)
    }

    @Test func `a command that fails is no step`() throws {
        #expect(
            try steps(#"require "reject"; keep; reject "no";"#)
                == ["1:19 keep", #"t:1: "reject" conflicts with "keep" at t:1"#])
    }

    @Test func `a comment directly above a command names the rule, with all that is part of it`() throws {
        let script = """
            require "vnd.postern.hold";
            # rule: cards
            if size :over 1 {
                # rule:[inner]
                keep;
                if exists "From" { stream "bulk"; }
            }
            # rule: else
            # and a word more
            elsif exists "X" { keep; }
            if exists "X" { keep; }
            #rule:   large ones
            elsif size :over 2 { reject "no"; }
            """
        var names: [String] = []
        var run = SieveRun(
            SieveMessage(head: Trial.wire("From: a@b.c\n\nbody\n"), byteCount: 20),
            SieveEnvelope(sender: nil, recipient: Recipient(Address(localPart: "a", domain: "b"))))
        let compiled = try Trial().compiled("require [\"reject\", \"vnd.postern.stream\"];\n" + script)
        do throws(SieveRuntimeError) {
            _ = try run.run(compiled) { names.append("\($0.line) \($0.ruleName ?? "-")") }
        } catch { names.append("\(error)") }
        #expect(
            names == [
                "4 cards", "6 inner", "7 cards", "7 cards", "12 -", "14 large ones",
                #"t:14 (large ones): "reject" conflicts with "keep" at t:6 (inner)"#,
            ])
    }

    @Test func `being observed changes nothing`() throws {
        let script = try Trial().compiled(#"require "copy"; if exists "From" { redirect :copy "a@b.c"; }"#)
        let head = Trial.wire("From: x@y.z\n\n")
        let message = SieveMessage(head: head, byteCount: head.count)
        let envelope = SieveEnvelope(
            sender: nil, recipient: Recipient(Address(localPart: "a", domain: "b")))
        var (plain, observed) = (SieveRun(message, envelope), SieveRun(message, envelope))
        #expect(try plain.run(script) == observed.run(script) { _ in })
        #expect(plain.result == observed.result)
    }
}
