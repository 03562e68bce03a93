import Foundation
import MailSyntax
import SieveEngine

/// Runs scripts on messages and says what they want.
///
///     SieveActions actions FOLDER SCRIPTS SECONDS
///         for each N.sieve of the folder, with N.eml and N.envelope: a line of JSON. It may include SCRIPTS; the clock
///         shows SECONDS since 1970.
///     SieveActions time SCRIPT MESSAGE N
///         microseconds of the median of N runs of a script, compiled once
@main
struct SieveActions {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("actions", 4):
            let (pairs, scripts) = (URL(filePath: arguments[1]), URL(filePath: arguments[2]))
            try tellActions(in: pairs, including: scripts, at: Int64(arguments[3]) ?? 0)
        case ("time", 4): try time(Array(arguments.dropFirst()))
        default: fatalError("SieveActions actions FOLDER SCRIPTS SECONDS | time SCRIPT MESSAGE COUNT")
        }
    }

    // MARK: Actions

    private struct Answer: Encodable {
        let number: String
        var actions: [String] = []
        var refusal: String?
        var error: String?
    }

    private static func tellActions(in folder: URL, including scripts: URL, at seconds: Int64) throws {
        var options = options
        options.included = { _, name in
            (try? Data(contentsOf: scripts.appending(path: "\(name).sieve"))).map(Array.init)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names.filter({ $0.hasSuffix(".sieve") }).sorted() {
            let pair = folder.appending(path: name).deletingPathExtension()
            let answer = try answer(to: pair, options, at: seconds)
            print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        }
    }

    private static func answer(to pair: URL, _ options: CompileOptions, at seconds: Int64) throws -> Answer {
        var answer = Answer(number: pair.lastPathComponent)
        let source = try Array(Data(contentsOf: pair.appendingPathExtension("sieve")))
        let message = try Array(Data(contentsOf: pair.appendingPathExtension("eml")))
        let outcome = SieveScript.compile(source, name: "script", options)
        guard let script = outcome.script else {
            answer.refusal = outcome.diagnostics.map(\.description).joined(separator: "\n")
            return answer
        }
        let lines = try String(contentsOf: pair.appendingPathExtension("envelope"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var run = run(on: message, from: lines[0], to: lines[1], at: seconds)
        do throws(SieveRuntimeError) {
            _ = try run.run(script)
            answer.actions = run.result.actions.map(\.kind.shown)
        } catch {
            answer.error = error.description
        }
        return answer
    }

    private static var options: CompileOptions {
        var options = CompileOptions()
        options.services = [.body, .bodyEdits, .clock, .environment, .folders, .scripts, .notices]
        return options
    }

    private static func run(
        on message: [UInt8], from sender: String, to recipient: String, at seconds: Int64
    ) -> SieveRun {
        let content = SieveContent(byteCount: message.count) { Array(message[$0]) }
        guard let recipient = Address(recipient) else { fatalError("no address: \(recipient)") }
        let envelope = SieveEnvelope(
            sender: sender.isEmpty ? nil : Address(sender), recipient: Recipient(recipient))
        var context = SieveContext(time: Timestamp(millisecondsSince1970: seconds * 1000))
        context.undeletableFields = ["auto-submitted", "received"]
        let head = Array(message.prefix(64 * 1024))
        return SieveRun(
            SieveMessage(head: head, byteCount: message.count, content: content), envelope, context)
    }

    // MARK: Time

    private static func time(_ arguments: [String]) throws {
        let source = try Array(Data(contentsOf: URL(filePath: arguments[0])))
        let message = try Array(Data(contentsOf: URL(filePath: arguments[1])))
        let count = Int(arguments[2]) ?? 1
        guard let script = SieveScript.compile(source, name: "script", options).script else {
            fatalError("the script does not compile")
        }
        var times: [Duration] = []
        for _ in 0..<count {
            times.append(
                try ContinuousClock().measure {
                    var run = run(on: message, from: "a@example.org", to: "b@customer.test", at: 0)
                    _ = try run.run(script)
                })
        }
        let median = times.sorted()[count / 2]
        print(Double(median.components.attoseconds) / 1e12 + Double(median.components.seconds) * 1e6)
    }
}

extension SieveAction.Kind {
    fileprivate var shown: String {
        switch self {
        case .keep: "store INBOX"
        case .redirect(let redirection): "redirect \(redirection.address)"
        case .store(let folder, _): "store \(folder)"
        case .discard: "discard"
        case .reject(let lines): "reject \(lines.joined(separator: " "))"
        case .deferral, .stream, .hold, .notice, .remember, .count: name
        }
    }
}
