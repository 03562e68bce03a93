import ArgumentParser
import RelayControl
import RelaySettings
import Transport

/// Where the daemon is found.
struct DaemonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Read the socket's path from this configuration.", valueName: "file"))
    var config: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    /// Runs the body with a client of the daemon.
    func withClient(_ body: (ControlClient) async throws -> Void) async throws {
        let path = try socketPath()
        let loops = EventLoops(count: 1)
        let outcome: Result<Void, any Error>
        do {
            try await body(ControlClient(socketPath: path, loops: loops))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await loops.shutdown()
        try outcome.get()
    }

    private func socketPath() throws -> String {
        if let socket { return socket }
        guard let config else { return ControlSettings().socketPath }
        let (settings, findings) = SettingsFile.load(path: config)
        guard let settings else {
            let first = findings.first { $0.severity == .error }.map { ": \($0)" } ?? ""
            throw CommandFailure(text: "the configuration cannot be used\(first)")
        }
        return settings.control.socketPath
    }
}
