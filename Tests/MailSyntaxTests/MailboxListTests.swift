import MailSyntax
import Testing

@Suite struct MailboxListTests {
    private func read(_ value: String) -> [String] {
        MailboxList.addresses(in: Array(value.utf8)[...]).map(\.description)
    }

    @Test(arguments: [
        ("ann@x.example", ["ann@x.example"]),
        (" Ann Smith <ann@X.example> ", ["ann@x.example"]),
        ("\"Smith, Ann <x@y>\" <ann@x.example>, bob@y", ["ann@x.example", "bob@y"]),
        ("ann@x.example (Ann (the \\) boss), x@y)", ["ann@x.example"]),
        ("=?utf-8?q?Ann=2C?= <ann@x.example>", ["ann@x.example"]),
        ("Team: ann@x, Bob <bob@y>;, eve@z", ["ann@x", "bob@y", "eve@z"]),
        ("undisclosed-recipients:;", []),
        ("John Q. Public <john@x>", ["john@x"]),
        ("<@a,@b:ann@x>", ["ann@x"]),
        ("ann . smith @ x . example", ["ann.smith@x.example"]),
        ("Ann\r\n <ann\r\n @x>", ["ann@x"]),
        ("\"ann smith\"@x", ["\"ann smith\"@x"]),
        ("\"ann\"@x", ["ann@x"]),
        ("\"a\\\"b\"@x", ["\"a\\\"b\"@x"]),
        ("\"\"@x", ["\"\"@x"]),
        ("ann@[10.1.2.3]", ["ann@[10.1.2.3]"]),
        ("root", ["root"]),
        ("jörg@bücher.example", ["jörg@bücher.example"]),
        (",,ann@x,,", ["ann@x"]),
        ("a@x;b@y", ["a@x", "b@y"]),
        ("", []),
        ("<>", []),
    ])
    func `addresses are found`(value: String, addresses: [String]) {
        #expect(read(value) == addresses)
    }

    @Test(
        arguments: [
            ("Ann Smith", []),
            ("Ann Smith, ann@x", ["ann@x"]),
            ("<ann@x", ["ann@x"]),
            ("ann@x bob@y", ["ann@x"]),
            ("\"ann@x", []),
            ("(ann@x", []),
            ("Ann <ann@x> <eve@y>, bob@y", ["ann@x", "bob@y"]),
            ("ann@x@y", ["ann@x"]),
            ("@x", []),
            ("ann@\"x>, eve\"", []),
            ("ann@, bob@y", ["bob@y"]),
            ("ann@x..y, ann@.x, ann@[a[b], ann@[1].x, bob@y", ["bob@y"]),
        ] as [(String, [String])])
    func `of what is against the grammar the best is made`(value: String, addresses: [String]) {
        #expect(read(value).filter { $0.contains("@") && !$0.hasPrefix("\"") } == addresses)
    }

    @Test(arguments: [
        ("root", "[root]"),
        (" root (Cron Daemon)", " [root] (Cron Daemon)"),
        ("Cron <root@localhost>, \"x\" <bob@y>", "Cron <[root@localhost]>, \"x\" <[bob@y]>"),
        ("\"ann smith\"@x;bob", "[\"ann smith\"@x];[bob]"),
        ("ann . smith @ x . example (c)", "[ann . smith @ x . example] (c)"),
        ("<@a,@b:ann@x>", "<@a,@b:[ann@x]>"),
        ("ann@[10.1.2.3] tail", "[ann@[10.1.2.3]] tail"),
        ("Team: root, Bob <bob@y>;, eve", "Team: [root], Bob <[bob@y]>;, [eve]"),
        (".root@x", "[.root@x]"),
        ("Ann\r\n <ann\r\n @x>", "Ann\r\n <[ann\r\n @x]>"),
    ])
    func `each address has its place`(value: String, marked: String) {
        let head = Array("To:".utf8) + Array(value.utf8)
        var text = head
        for mailbox in MailboxList.mailboxes(in: head[3...]).reversed() {
            text.insert(UInt8(ascii: "]"), at: mailbox.range.upperBound)
            text.insert(UInt8(ascii: "["), at: mailbox.range.lowerBound)
        }
        #expect(String(decoding: text.dropFirst(3), as: UTF8.self) == marked)
    }

    @Test func `the number of addresses is bounded`() {
        #expect(read(String(repeating: "a@x,", count: 20_000)).count == Limits.mailboxCount)
    }
}
