import ArgumentParser

/// `postern spool`: the spool as a whole.
struct SpoolCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Check the spool; take in mail that another system kept.",
        discussion: """
            EXAMPLES:
              postern spool verify
              postern spool import /var/spool/postfix
            """,
        subcommands: [SpoolVerify.self, SpoolImport.self])
}
