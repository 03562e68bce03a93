import Dispatch
import Glibc

/// The signals that a service manager and an administrator send, as a sequence.
enum Signals {
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
    }

    /// What is asked from now on. Takes the signals from their usual meaning for the rest of the process's life.
    static func requests() -> AsyncStream<Request> {
        // A peer that hangs up is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        return AsyncStream(bufferingPolicy: .bufferingOldest(16)) { continuation in
            for (number, request) in [(SIGTERM, Request.stop), (SIGINT, .stop), (SIGHUP, .reload)] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                // The handler holds its source, and so both live on.
                source.setEventHandler { [source] in
                    _ = source
                    continuation.yield(request)
                }
                source.resume()
            }
        }
    }
}
