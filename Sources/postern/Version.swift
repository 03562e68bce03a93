import ArgumentParser

/// `postern version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version.",
        discussion: """
            EXAMPLES:
              postern version
            """)

    /// The version of this program; the Debian changelog says what came with it.
    static let current = "0.1.0"

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() {
        Output.line(json ? "{\"version\":\"\(Self.current)\"}" : "postern \(Self.current)")
    }
}
