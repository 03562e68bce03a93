/// Programs of the host that scripts may run by name (`vnd.postern.execute`).
public protocol SievePrograms: Sendable {
    /// Runs a program to its end. May take its time; who calls `SieveRun.run` has to reckon with it.
    func run(_ order: SieveProgramOrder) throws(SieveProgramError) -> SieveProgramOutcome
}

/// A program that a script wants to run.
public struct SieveProgramOrder: Sendable {
    /// What it is for.
    public enum Purpose: Hashable, Sendable {
        /// It answers; a short text may come out.
        case execute
        /// It prints the message anew.
        case filter
    }

    /// What it is for.
    public let purpose: Purpose
    /// Its name, as the script has it.
    public let name: String
    /// Its arguments, the name apart.
    public let arguments: [String]
    /// Bytes of its standard input.
    public let inputByteCount: Int
    /// Reads a range of them.
    public let input: @Sendable (Range<Int>) -> [UInt8]
}

/// How a program ended, and what it printed.
public struct SieveProgramOutcome: Hashable, Sendable {
    /// What it ended with; 0 is success.
    public var status: Int
    /// What it printed.
    public var output: [UInt8]

    /// An outcome of its parts.
    public init(status: Int, output: [UInt8]) {
        self.status = status
        self.output = output
    }
}

/// Why a program did not run to its end.
public struct SieveProgramError: Error, Hashable, Sendable {
    /// In words for the journal.
    public var text: String

    /// A reason.
    public init(_ text: String) { self.text = text }
}
