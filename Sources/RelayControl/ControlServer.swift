import HTTPExchange
package import Transport

/// The operator's socket.
package final class ControlServer: Sendable {
    private let server: HTTPServer
    private let answerer: ControlAnswerer

    private init(_ server: HTTPServer, _ answerer: ControlAnswerer) {
        self.server = server
        self.answerer = answerer
    }

    /// Binds the socket, open to everybody: the rules decide, by the peer's credentials.
    package static func bind(
        path: String, rules: ControlRules, operations: any RelayOperations, on loops: EventLoops
    ) async throws(TransportError) -> ControlServer {
        ControlFolder.make(for: path)
        var options = HTTPServer.Options()
        options.bodyByteCountLimit = Limits.requestBodyByteCount
        let server = try await HTTPServer.bind(.unix(path: path, mode: 0o666), on: loops, options: options)
        return ControlServer(server, ControlAnswerer(rules: rules, operations: operations))
    }

    /// Serves until `close` or the end of its task.
    package func run() async {
        await server.run { [answerer] in await answerer.answer($0) }
    }

    /// Stops accepting.
    package func close() async { await server.close() }
}
