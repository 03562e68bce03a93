/// A program that is to run, and with what.
package struct ProgramOrder: Sendable {
    /// The name of its file in the folder.
    package var name: String
    /// Without the name.
    package var arguments: [String]
    /// All of its environment but `PATH` and `LANG`.
    package var environment: [String: String]
    /// Bytes of its standard input.
    package var inputByteCount: Int
    /// Reads a range of them.
    package var input: @Sendable (Range<Int>) -> [UInt8]
    /// A program that prints more is stopped.
    package var outputByteCountLimit: Int

    /// A program without input.
    package init(_ name: String, _ arguments: [String] = [], outputByteCountLimit: Int) {
        self.name = name
        self.arguments = arguments
        environment = [:]
        inputByteCount = 0
        input = { _ in [] }
        self.outputByteCountLimit = outputByteCountLimit
    }
}

/// How a program ended, and what it printed.
package struct ProgramOutcome: Hashable, Sendable {
    package var status: Int32
    package var output: [UInt8]

    package init(status: Int32, output: [UInt8]) {
        self.status = status
        self.output = output
    }
}

/// Why there is no outcome.
package enum ProgramError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be started.
    case unusable(String)
    /// It was still running, so it was stopped.
    case timedOut(Duration)
    /// It printed more than allowed, so it was stopped.
    case tooMuchOutput(limit: Int)
    /// A signal ended it.
    case killed(signal: Int32, complaint: String)

    /// Words for the journal.
    package var description: String {
        switch self {
        case .unusable(let text): text
        case .timedOut(let span): "did not end within \(span.components.seconds) s"
        case .tooMuchOutput(let limit): "printed more than \(limit) bytes"
        case .killed(let signal, let complaint):
            "was ended by signal \(signal)" + (complaint.isEmpty ? "" : ": \(complaint)")
        }
    }
}
