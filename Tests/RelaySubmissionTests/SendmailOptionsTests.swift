import MailSyntax
import Testing

@testable import RelaySubmission

@Suite struct SendmailOptionsTests {
    private func options(_ words: String...) throws -> SendmailOptions { try SendmailOptions(words) }

    @Test func `cron, mail, git, PHP and mutt are understood`() throws {
        // cron
        var cron = try options("-i", "-FCronDaemon", "-B8BITMIME", "-oem", "root")
        #expect(cron.fullName == "CronDaemon" && !cron.endsAtDot && cron.recipients == ["root"])
        cron = try options("-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root")
        #expect(cron.readsRecipients && cron.sender == "root")
        // mail -s
        #expect(try options("-i", "--", "ann@x.example", "-f").recipients == ["ann@x.example", "-f"])
        // git send-email
        #expect(try options("-f", "a@x.example", "-i", "b@x.example").recipients == ["b@x.example"])
        // PHP
        #expect(try options("-t", "-i").readsRecipients)
        // mutt
        let mutt = try options(
            "-oem", "-oi", "-f", "a@x.example", "-N", "success,failure", "-R", "hdrs", "--", "b")
        #expect(mutt.notify == [.success, .failure] && mutt.returnContent == .headers)
    }

    @Test(arguments: ["-ti", "-it", "-tvi", "-t -i", "-toi", "-oi -t", "-itoem"])
    func `letters may be put together`(words: String) throws {
        let options = try SendmailOptions(words.split(separator: " ").map(String.init))
        #expect(options.readsRecipients && !options.endsAtDot)
    }

    @Test func `a value is in the same argument or in the next`() throws {
        #expect(try options("-fa@x.example").sender == "a@x.example")
        #expect(try options("-r", "a@x.example").sender == "a@x.example")
        #expect(try options("-tifa@x.example").sender == "a@x.example")
        #expect(try options("-f", "").sender == "")
        #expect(try options("-f", "-t").sender == "-t")
        #expect(try options("-C", "/x.yaml").configuration == "/x.yaml")
        #expect(try options("-V", "a b+c").envelopeID == "a+20b+2Bc")
    }

    @Test(arguments: [
        ("-bm", SendmailOptions.Mode.submit), ("-bs", .speak), ("-bp", .listQueue), ("-bi", .checkAliases),
        ("-I", .checkAliases), ("-q", .nothing), ("-q15m", .nothing), ("-qIabc", .nothing), ("-bh", .nothing),
        ("-bH", .nothing), ("--help", .explain), ("-q -bp", .listQueue), ("-bp -q", .listQueue),
        ("-Am -U -G -n -x -d0.1 -X log -h 3 -O a=b -p smtp -L tag -e m", .submit),
    ])
    func `what is to be done`(words: String, mode: SendmailOptions.Mode) throws {
        #expect(try SendmailOptions(words.split(separator: " ").map(String.init)).mode == mode)
    }

    @Test(arguments: [
        "-Q", "-s subject", "-f", "-tF", "-bd", "-bD", "-bv", "-bt", "-bz", "--version", "-N now",
        "-N never,delay", "-N ",
        "-R all", "-bd -q15m",
    ])
    func `what makes no sense is bad usage`(words: String) {
        let error = #expect(throws: SubmissionFailure.self) {
            try SendmailOptions(
                words.split(separator: " ", omittingEmptySubsequences: false).map(String.init))
        }
        #expect(error?.status == .usage)
    }

    @Test func `the recipients begin with the first word without a dash`() throws {
        let late = try options("-i", "ann@x.example", "-t", "-C/evil")
        #expect(late.recipients == ["ann@x.example", "-t", "-C/evil"])
        #expect(!late.readsRecipients && late.configuration == nil)
    }
}
