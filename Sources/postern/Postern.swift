import ArgumentParser
import Glibc
import RelayControl
import RelaySubmission

/// The one program, with subcommands.
@main struct Postern: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An SMTP relay that judges mail by policy and sends it by stream to smart hosts.",
        discussion: """
            EXAMPLES:
              postern demo                              see it work, without any file
              postern check                             is the configuration right?
              postern status                            how does the daemon fare?
              postern queue list --state held           what waits for a person?
              postern queue release 0QJ5E6W3G0A1B       let it go
            """,
        subcommands: [
            Serve.self, CheckSettings.self, Reload.self, Status.self, Queue.self, Stream.self, Explain.self,
            PolicyCommands.self, ProbeStream.self, SpoolCommands.self, Demo.self, Version.self,
        ])

    /// Runs the command that the arguments name. The exit codes are the contract's: 2 for bad usage, 69 without a
    /// daemon, 77 without permission, 1 for what is wrong, refused or not found.
    static func main() async {
        // Else a note goes to the system's log whenever a user runs a command: that a thread may not be given priority.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        // They come from /proc/self/cmdline. To take them for none would mean to show help, and well, instead of mail taken.
        guard !CommandLine.arguments.isEmpty else {
            Output.complain("the arguments cannot be read: /proc is not mounted here")
            Glibc.exit(SendmailStatus.tryLater.rawValue)
        }
        if let status = await LocalMail.run(CommandLine.arguments) { Glibc.exit(status) }
        do {
            var command = try parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
        } catch let failure as ControlFailure {
            Output.complain(failure.text)
            Glibc.exit(failure.exitCode)
        } catch let failure as CommandFailure {
            Output.complain(failure.text)
            Glibc.exit(failure.exitCode)
        } catch  where exitCode(for: error) == .validationFailure {
            Output.complain(fullMessage(for: error), prefix: "")
            Glibc.exit(2)
        } catch  where error is ExitCode || exitCode(for: error).isSuccess {
            exit(withError: error)
        } catch {
            Output.complain("\(error)")
            Glibc.exit(1)
        }
    }
}

/// Why a command ends without having done its work.
struct CommandFailure: Error, CustomStringConvertible {
    let text: String
    var exitCode: Int32 = 1

    var description: String { text }
}
