import Foundation
import Glibc

/// The program under test as a daemon: its configuration, its life and what it tells.
final class Relay {
    let port: Int
    let configuration: URL
    private let stage: Stage
    private let log: GrowingFile
    private var known: [Told] = []
    private(set) var program: Program?

    /// Writes the configuration, with listener, spool and state in the stage's folder, and starts the daemon.
    ///
    /// - Parameters:
    ///   - settings: the keys that the test is about, as YAML; `listener` more keys of the one listener; `networks` who may relay.
    ///   - wrapper: words before the program's own, to run it under another.
    init(
        on stage: Stage, listener: String = "", networks: String = "127.0.0.0/8", wrapper: [String] = [],
        _ settings: String, keepFailed: String = "0s"
    ) throws {
        self.stage = stage
        port = try freePort()
        log = GrowingFile(stage.folder.appending(path: "relay.out"))
        let place = stage.folder.path
        let text = """
            hostname: relay.test
            postmaster: postmaster@office.test
            listeners:
              lan:
                address: ["127.0.0.1:\(port)"]
                networks: [\(networks)]
                max_connections_per_client: 1000
            \(listener.indented(by: 4))
            spool: {directory: \(place)/spool, min_free: 1 MiB, keep_failed: \(keepFailed)}
            state: {directory: \(place)/state}
            control: {socket: \(place)/control.sock}
            \(settings)
            """
        configuration = try stage.write("postern.yaml", text + "\n")
        try stage.write("secret", SmartHost.password, mode: 0o600)
        try start(wrapper: wrapper)
    }

    /// The folder of the spool.
    var spool: URL { stage.folder.appending(path: "spool") }

    /// Starts the daemon on the spool as it is, and waits until it takes connections, of operators too: their socket comes
    /// after the listeners.
    func start(wrapper: [String] = []) throws {
        let control = stage.folder.path + "/control.sock"
        let command = wrapper + [try Places.postern(), "serve", "--config", configuration.path]
        let started = try stage.start("relay", command)
        program = started
        try until("the relay listens: \(started.output.suffix(2000))") {
            guard started.isRunning else {
                throw StageError("the relay ended: \(started.output.suffix(2000))")
            }
            return try accepts(port: port) && LocalSocket.accepts(control)
        }
    }

    /// Asks the daemon to end, and returns its exit status.
    @discardableResult
    func stop() throws -> Int32 {
        guard let program else { throw StageError("the relay was not started") }
        program.signal(SIGTERM)
        return try program.status(within: .seconds(15))
    }

    /// Ends it without warning.
    func kill() { program?.end() }

    /// A connection after EHLO.
    func client() throws -> MailClient {
        let client = try MailClient(port: port)
        let answer = try client.say("EHLO client.test")
        guard answer.code == 250 else { throw StageError("EHLO: \(answer)") }
        return client
    }

    /// Submits one message on a connection of its own; its queue ID.
    @discardableResult
    func submit(
        from sender: String = "sender@office.test", to recipients: [String], _ message: String
    ) throws -> String {
        let answer = try client().submit(from: sender, to: recipients, message)
        guard let id = answer.queueID else { throw StageError("not taken: \(answer)") }
        return id
    }

    /// Runs another command of the program against this daemon.
    func command(_ arguments: [String]) throws -> Program.Finished {
        try Program.run([try Places.postern()] + arguments + ["--config", configuration.path])
    }

    /// All events told until now, oldest first.
    func events() throws -> [Told] {
        known += try log.newLines().compactMap(Told.init)
        return known
    }

    /// Waits for an event and returns it.
    @discardableResult
    func await(
        _ event: String, within bound: Duration = .seconds(60), _ matches: (Told) -> Bool = { _ in true }
    ) throws -> Told {
        try awaiting("event \(event); told: \(story())", within: bound) {
            try events().first { $0.event == event && matches($0) }
        }
    }

    /// The last events, for a failure's text.
    private func story() -> String {
        (try? events())?.suffix(12).map(\.line).joined(separator: "\n") ?? ""
    }
}

extension Relay {
    /// Settings with one stream, `office`, to a scripted smart host; `extra` are more keys of the stream.
    static func oneStream(on stage: Stage, to host: SmartHost, _ extra: String = "") -> String {
        """
        \(credential(on: stage))
        streams:
        \(stream("office", to: host, extra))
        default_stream: office
        """
    }

    /// The keys of a stream that sends to a scripted smart host.
    static func stream(_ name: String, to host: SmartHost, _ extra: String = "") -> String {
        """
          \(name):
            smarthosts: ["localhost:\(host.port)"]
            tls: starttls
            ca_file: \(host.certificate.file)
            credential: host
        \(extra.indented(by: 4))
        """
    }

    /// The credential that scripted smart hosts know.
    static func credential(on stage: Stage) -> String {
        "credentials: {host: {username: \(SmartHost.user), secret: \(stage.folder.path)/secret}}"
    }
}

extension String {
    /// Every line moved to the right.
    func indented(by count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
}
