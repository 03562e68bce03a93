import ArgumentParser
import MailSyntax
import RelayControl
import RelayImport
import RelaySettings
import RelaySubmission

/// `postern spool import`.
struct SpoolImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in mail that another system kept.",
        discussion: """
            PATH is a Postfix queue (Postfix stopped), an emailrelay spool, a Maildir, an mbox, a folder of message
            files, or one of these. Each message goes in as any other mail of this machine: policy and routes judge it.
            While the relay is away it is left in the maildrop. Nothing of the source is changed; what was taken is
            remembered beside it in .postern-imported, and passed over the next time.

            EXAMPLES:
              postern spool import /var/spool/postfix
              postern spool import --recipient archive@office.example ./Maildir
              postern spool import --sender app@office.example --recipient ann@x.example --stream office ./unsent
            """)

    @Argument(help: "Where the mail is.")
    var path: String

    @Option(
        help: ArgumentHelp(
            "The envelope's sender where the source tells none; '' for none.", valueName: "address"))
    var sender: String?

    @Option(
        help: ArgumentHelp(
            "A recipient where the source tells none; may be given more than once.", valueName: "address"))
    var recipient: [String] = []

    @Option(help: ArgumentHelp("The stream that all of it leaves by; for root.", valueName: "name"))
    var stream: String?

    @Option(help: ArgumentHelp("The configuration of the relay.", valueName: "file"))
    var config = "/etc/postern/postern.yaml"

    @Flag(help: "Print one JSON object a message.")
    var json = false

    func run() throws {
        let settings = try loadSettings()
        do {
            let store = try MailStores.open(path)
            guard store.tellsRecipients || !recipient.isEmpty else {
                throw ValidationError("A \(store.kind) names no recipients: give --recipient.")
            }
            var work = ImportWork(
                store, try DoneList(store), ImportDoor(settings, stream: stream), defaults: try defaults(),
                limit: settings.maxMessageByteCount, isJSON: json)
            try work.run()
        } catch let failure as ImportFailure { throw CommandFailure(text: failure.text) }
    }

    private func loadSettings() throws -> SubmissionSettings {
        let (settings, findings) = SettingsFile.loadForSubmission(path: config)
        guard let settings else {
            throw CommandFailure(text: findings.map(\.description).joined(separator: "\n"))
        }
        guard let stream else { return settings }
        let known = SettingsFile.load(path: config).settings?.streamNames ?? []
        guard known.contains(stream) else {
            let names = known.isEmpty ? "" : "; configured: " + known.joined(separator: ", ")
            throw CommandFailure(text: "no stream \"\(stream)\" is configured\(names)")
        }
        return settings
    }

    /// What stands for what a source does not tell.
    private func defaults() throws -> StoredMessage {
        var defaults = StoredMessage(bytes: [])
        if let sender { defaults.sender = sender.isEmpty ? .null : .address(try Self.address(sender)) }
        defaults.recipients = try recipient.map { Recipient(try Self.address($0)) }
        return defaults
    }

    private static func address(_ text: String) throws -> Address {
        do throws(AddressError) { return try Address(parsing: Array(text.utf8)[...], allowsUTF8: true) } catch
        {
            throw ValidationError("\"\(text)\" is no address.")
        }
    }
}
