import FuzzSupport
import MailSyntax
import SieveEngine

private let message = Array(
    "From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nX: 1\r\nX: 2\r\n\r\nbody\r\n"
        .utf8)

/// A script is refused with a reason or runs to an end; its header edits are made of the message. A
/// message after the script's NUL, if there is one, takes the place of the usual one.
private func check(_ input: [UInt8]) {
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts.count == 2 ? Array(parts[1]) : message
    var options = CompileOptions(streamNames: ["office"])
    options.services = Set(SieveService.allCases).subtracting([.testing])
    let outcome = SieveScript.compile(Array(parts.first ?? []), name: "s", options)
    let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
    precondition((outcome.script == nil) == hasErrors)
    precondition(outcome.diagnostics.allSatisfy { $0.line > 0 && $0.column > 0 })
    guard let script = outcome.script else { return }
    let content = SieveContent(byteCount: head.count) { Array(head[$0]) }
    var run = SieveRun(
        SieveMessage(head: head, byteCount: head.count, content: content),
        SieveEnvelope(
            sender: nil, recipient: Recipient(Address(localPart: "bob", domain: "y.example"))))
    guard (try? run.run(script)) != nil else { return }
    precondition(!run.result.actions.isEmpty)
    for action in run.result.actions {
        for case .original(let range) in (action.headerPieces ?? []) + (action.bodyPieces ?? []) {
            precondition(range.upperBound <= head.count)
        }
    }
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzScript_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
