import Foundation
import Glibc

/// A program under way, with what it prints in a file.
final class Program {
    /// What ended, and what it had printed.
    struct Finished {
        let status: Int32
        let output: String
    }

    private let process = Process()
    private let outputFile: URL

    /// Starts a program, found on the PATH. Its output is appended to the file, both streams together.
    init(_ arguments: [String], output: URL, environment: [String: String] = [:]) throws {
        outputFile = output
        if !FileManager.default.fileExists(atPath: output.path) { try Data().write(to: output) }
        let sink = try FileHandle(forWritingTo: output)
        try sink.seekToEnd()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = sink
        process.standardError = sink
        try process.run()
    }

    /// Its process ID (`env` becomes the program it starts).
    var id: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    /// All that it printed until now.
    var output: String { String(decoding: (try? Data(contentsOf: outputFile)) ?? Data(), as: UTF8.self) }

    func signal(_ number: Int32) { kill(id, number) }

    /// Waits for its end; the exit status, negative for a signal.
    func status(within bound: Duration = .seconds(60)) throws -> Int32 {
        try until("the end of \(process.arguments?.first ?? "a program")", within: bound) {
            !process.isRunning
        }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Ends it at once, whatever it is doing.
    func end() {
        guard process.isRunning else { return }
        signal(SIGCONT)
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Runs a program to its end, within a bound.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], within bound: Duration = .seconds(60)
    ) throws -> Finished {
        let file = FileManager.default.temporaryDirectory.appending(path: "postern-\(UUID().uuidString).out")
        defer { try? FileManager.default.removeItem(at: file) }  // a left-over file fails no test
        let program = try Program(arguments, output: file, environment: environment)
        defer { program.end() }
        return Finished(status: try program.status(within: bound), output: program.output)
    }
}
