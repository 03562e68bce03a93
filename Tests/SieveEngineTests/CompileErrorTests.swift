import SieveEngine
import Testing

struct CompileErrorTests {
    /// Each script and everything that is to be found in it.
    private static let cases: [(script: String, found: [String])] = [
        // Words.
        ("keep;\n  ^keep;", [#"2:3: error: "^" has no meaning here"#]),
        ("keep; é", ["1:7: error: a character has no meaning here"]),
        (
            "if size :over 10T { keep; }",
            [#"1:15: error: a number ends in K, M or G, not in "t""#]
        ),
        ("if size :over 99999999999999999999 { keep; }", ["1:15: error: the number is too large"]),
        ("if size :over 99999999999G { keep; }", ["1:15: error: the number is too large"]),
        (
            "if header \"a\" \"b\n",
            [
                "1:15: error: the string that begins here has no closing quote",
                #"2:1: error: expected ";" behind "if", found the end of the script"#,
            ]
        ),
        (
            "require \"reject\";\nreject text:\nno\n",
            [
                "2:8: error: the text that begins here has no line with a single dot behind it",
                #"4:1: error: expected ";" behind "reject", found the end of the script"#,
            ]
        ),
        (
            "require \"reject\";\nreject text: x\n.\n;",
            [
                #"2:8: error: behind "text:" the line has to end"#
            ]
        ),
        ("keep; /* for ever", [#"1:7: error: the comment that begins here has no "*/" behind it"#]),
        (
            "if size : over 1 { keep; }",
            [
                #"1:9: error: a tag needs a name behind its ":""#
            ]
        ),
        ("if header \"a\" \"\0\" { keep; }", ["1:15: error: a string holds no NUL"]),
        // Grammar.
        ("keep", [#"1:5: error: expected ";" behind "keep", found the end of the script"#]),
        ("keep discard;", [#"1:6: error: "keep" takes no test; is a ";" missing before "discard"?"#]),
        (
            "\"keep\";\nkeep;\n;",
            [
                "1:1: error: expected a command, found a string",
                #"3:1: error: expected a command, found ";""#,
            ]
        ),
        ("keep; }\nfoo;", [#"1:7: error: "}" has no beginning"#, #"2:1: error: unknown command "foo""#]),
        ("if true { keep;", [#"1:9: error: the block that begins here has no "}""#]),
        (
            "if header [\"a\", 3] \"b\" { keep; } stop 1;",
            [
                "1:17: error: expected a string in the list, found a number",
                #"1:39: error: "stop" takes no further argument"#,
            ]
        ),
        ("if header [] \"b\" { keep; }", [#"1:12: error: expected a string in the list, found "]""#]),
        (
            "if header [\"a\" \"b\"] \"c\" { keep; }",
            [
                #"1:16: error: expected "," or "]" in the list, found a string"#
            ]
        ),
        (
            "if anyof (true, false { keep; }",
            [#"1:23: error: expected "," or ")" behind the test, found "{""#]
        ),
        ("if anyof (\"x\") { keep; }", ["1:11: error: expected a test, found a string"]),
        // Control.
        ("else { keep; }", [#"1:1: error: "else" has no "if" before it"#]),
        ("if true { keep; } stop; elsif true { keep; }", [#"1:25: error: "elsif" has no "if" before it"#]),
        ("if true { } else { } elsif true { }", [#"1:22: error: "elsif" comes behind "else""#]),
        ("if true { } else true { }", [#"1:18: error: "else" takes no test"#]),
        ("if { keep; }", [#"1:1: error: "if" needs a test"#]),
        ("if true;", [#"1:1: error: "if" needs a block in braces"#]),
        ("if (true) { keep; }", [#"1:1: error: "if" takes one test; leave the parentheses out"#]),
        ("if (true, false) { keep; }", [#"1:1: error: "if" takes one test; use allof or anyof"#]),
        ("if not (true, false) { keep; }", [#"1:4: error: "not" takes one test; use allof or anyof"#]),
        ("if allof true { keep; }", [#"1:4: error: "allof" needs tests in parentheses"#]),
        ("if 1 true { keep; }", [#"1:4: error: "if" takes no further argument"#]),
        ("stop { keep; }", [#"1:1: error: "stop" takes no block"#]),
        ("keep { stop; }", [#"1:1: error: "keep" takes no block"#]),
        ("stop true;", [#"1:6: error: "stop" takes no test"#]),
        // require.
        ("keep; require \"envelope\";", [#"1:7: error: "require" has to come before all else"#]),
        ("require;", [#"1:1: error: "require" needs names of extensions"#]),
        (
            "require 5;",
            ["1:9: error: expected names of extensions, a string or a list of strings, found a number"]
        ),
        ("require [\"envelop\"];", [#"1:10: error: unknown extension "envelop"; did you mean "envelope"?"#]),
        ("require \"nothing-like-it\";", [#"1:9: error: unknown extension "nothing-like-it""#]),
        (
            "require [\"body\", \"fileinto\"];",
            [
                #"1:10: error: "body" is not built in this version"#,
                #"1:18: error: "fileinto" is not built in this version"#,
            ]
        ),
        (
            "require \"vacation\";",
            [
                #"1:9: error: "vacation" is refused: answers to mail belong to the mail store, where the recipient's "#
                    + "mail ends up"
            ]
        ),
        (
            "require \"imap4flags\";",
            [
                #"1:9: error: "imap4flags" is refused: it belongs to the mail store; a relay has no mailboxes"#
            ]
        ),
        // Names.
        ("if headr \"a\" \"b\" { keep; }", [#"1:4: error: unknown test "headr"; did you mean "header"?"#]),
        ("discrad;", [#"1:1: error: unknown command "discrad"; did you mean "discard"?"#]),
        ("if keep { }", [#"1:4: error: unknown test "keep"; it is a command"#]),
        ("exists \"a\";", [#"1:1: error: unknown command "exists"; it is a test"#]),
        ("fileinto \"x\";", [#"1:1: error: "fileinto" needs require "fileinto""#]),
        ("envelope \"x\" \"y\";", [#"1:1: error: unknown command "envelope"; it is a test"#]),
        ("if envelope \"to\" \"y\" { }", [#"1:4: error: "envelope" needs require "envelope""#]),
        (
            "reject \"no\"; ereject \"no\";",
            [
                #"1:1: error: "reject" needs require "reject""#,
                #"1:14: error: "ereject" needs require "ereject""#,
            ]
        ),
        (
            "stream \"office\"; hold \"x\";",
            [
                #"1:1: error: "stream" needs require "vnd.postern.stream""#,
                #"1:18: error: "hold" needs require "vnd.postern.hold""#,
            ]
        ),
        (
            "addheader \"X\" \"y\"; deleteheader \"X\";",
            [
                #"1:1: error: "addheader" needs require "editheader""#,
                #"1:20: error: "deleteheader" needs require "editheader""#,
            ]
        ),
        ("redirect :copy \"a@example.org\";", [#"1:10: error: ":copy" needs require "copy""#]),
        // Arguments.
        ("if header \"a\" { }", [#"1:4: error: "header" needs keys"#]),
        ("if header { }", [#"1:4: error: "header" needs names of header fields"#]),
        ("if header \"a\" \"b\" \"c\" { }", [#"1:19: error: "header" takes no further argument"#]),
        (
            "if header \"a\" 7 { }",
            [
                "1:15: error: expected keys, a string or a list of strings, found a number"
            ]
        ),
        (
            "if header :is :contains \"a\" \"b\" { }",
            [#"1:15: error: ":is" and ":contains" exclude each other"#]
        ),
        ("if header :over \"a\" \"b\" { }", [#"1:11: error: "header" takes no ":over""#]),
        ("if header \"a\" :is \"b\" { }", [#"1:15: error: ":is" has to stand before what is no tag"#]),
        (
            "if header :comparator \"i;ascii-casemep\" \"a\" \"b\" { }",
            [
                #"1:23: error: unknown comparator "i;ascii-casemep"; did you mean "i;ascii-casemap"?"#
            ]
        ),
        ("if header :comparator 4 \"a\" \"b\" { }", [#"1:23: error: ":comparator" needs a string"#]),
        (
            "if header :comparator :is \"a\" \"b\" { }",
            [#"1:11: error: ":comparator" needs a value behind it"#]
        ),
        ("if header \"a b\" \"c\" { }", [#"1:11: warning: no header field has the name "a b""#]),
        (
            "if address :domain :localpart \"from\" \"b\" { }",
            [
                #"1:20: error: ":localpart" and ":domain" exclude each other"#
            ]
        ),
        (
            "require \"envelope\"; if envelope [\"to\", \"origin\"] \"x\" { }",
            [
                #"1:40: error: unknown envelope part "origin"; known: from, to"#
            ]
        ),
        ("if size 5 { }", [#"1:4: error: "size" needs ":over" or ":under""#]),
        ("if size :over :under 5 { }", [#"1:15: error: ":over" and ":under" exclude each other"#]),
        ("if size :over \"5\" { }", ["1:15: error: expected a limit, a number, found a string"]),
        ("if true \"x\" { }", [#"1:9: error: "true" takes no further argument"#]),
        (
            "keep \"x\"; discard :fast;",
            [
                #"1:6: error: "keep" takes no further argument"#, #"1:19: error: "discard" takes no ":fast""#,
            ]
        ),
        (
            "redirect \"bob\"; redirect \"Bob <bob@example.org>\"; redirect [\"a@b.c\"];",
            [
                #"1:10: error: "bob" is no address of the form local@domain"#,
                "1:60: error: expected an address, a string, found a list",
            ]
        ),
        (
            "require \"vnd.postern.stream\"; stream \"offcie\";",
            [
                #"1:38: error: unknown stream "offcie"; did you mean "office"?; configured: office, bulk, bank"#
            ]
        ),
        (
            "require \"vnd.postern.hold\"; hold :for \"2w\" :notify \"ab\" :tag \"x\" \"why\";",
            [
                #"1:39: error: a time has the form 2d, 12h, 30m or 90s, up to 366d"#,
                #"1:52: error: "ab" is no address of the form local@domain"#,
            ]
        ),
        ("require \"vnd.postern.hold\"; hold :tag \"x\";", [#"1:29: error: "hold" needs a reason"#]),
        (
            "require \"editheader\"; addheader \"X Y\" \"v\"; addheader \"X\"; deleteheader \"X:\";",
            [
                #"1:33: error: no header field has the name "X Y""#,
                #"1:44: error: "addheader" needs a value"#,
                #"1:72: error: no header field has the name "X:""#,
            ]
        ),
        (
            "require \"editheader\"; deleteheader :last \"X\"; deleteheader :index 0 \"X\";",
            [
                #"1:36: error: ":last" needs ":index""#, #"1:60: error: ":index" counts from 1"#,
            ]
        ),
        (
            "require \"editheader\"; deleteheader :index \"1\" \"X\";",
            [#"1:43: error: ":index" needs a number"#]
        ),
        (
            "require \"editheader\"; deleteheader \"Auto-Submitted\";",
            [
                #"1:23: warning: "Auto-Submitted" cannot be deleted; this does nothing"#
            ]
        ),
        (
            "require \"editheader\"; deleteheader \"Original-From\";",
            [#"1:23: warning: "Original-From" cannot be deleted; this does nothing"#]
        ),
        (
            "require \"variables\"; set \"a\" \"${32}\"; set \"b\" \"${99999999}\";",
            [#"1:47: error: a match leaves ${0} to ${32} behind, and nothing beyond"#]
        ),
        (
            "require \"encoded-character\"; if header \"a\" \"${unicode:D800}\" { }",
            [
                #"1:44: error: "${unicode:D800}" is no character"#
            ]
        ),
    ]

    @Test(arguments: 0..<Self.cases.count)
    func `every mistake is told with its place`(_ number: Int) {
        let (script, found) = Self.cases[number]
        #expect(findings(script) == found, "\(script)")
    }

    @Test(arguments: [
        (
            #"redirect :notify "NEVER" :ret "HDRS" "a@example.org";"#,
            [
                #"1:10: error: ":notify" needs require "redirect-dsn""#,
                #"1:26: error: ":ret" needs require "redirect-dsn""#,
            ]
        ),
        (
            #"require "redirect-dsn"; redirect :notify "NEVER,FAILURE" :ret "body" "a@example.org";"#,
            [#"1:42: error: "NEVER" stands alone"#, #"1:63: error: ":ret" takes FULL or HDRS"#]
        ),
        (
            #"require "redirect-dsn"; redirect :notify "often" "a@example.org"; redirect :notify "NEVER";"#,
            [
                #"1:42: error: unknown condition "often""#, #"1:67: error: "redirect" needs an address"#,
            ]
        ),
    ])
    func `what redirect asks of delivery reports is checked`(script: String, found: [String]) {
        var options = CompileOptions()
        options.services = [.deliveryStatus]
        let diagnostics = SieveScript.compile(Array(script.utf8), name: "t", options).diagnostics
        #expect(diagnostics.map { String($0.description.dropFirst(2)) } == found)
    }

    @Test func `all mistakes of a file are told at once, in their order`() {
        let script = """
            require ["envelope", "vacation"];
            if heder :is "Subject" "x" {
                keep
                stop;
            }
            stream "office";
            if size :over 10Q { discard; }
            redirect "nobody";
            """
        #expect(
            findings(script).map { String($0.prefix { $0 != " " }) } == [
                "1:22:", "2:4:", "4:5:", "6:1:", "7:15:", "8:10:",
            ])
    }

    @Test func `columns count characters, not bytes`() {
        #expect(
            findings("if header \"é€😀\" \"x\" { kepe; }").last
                == #"1:23: error: unknown command "kepe"; did you mean "keep"?"#)
    }

    @Test func `a byte order mark at the front is passed over`() {
        #expect(findings("\u{FEFF}kepe;").first?.hasPrefix("1:1: error: unknown command") == true)
    }

    @Test func `a string that is no UTF-8 is refused, a comment may be anything`() {
        let bad =
            Array("# caf".utf8) + [0xE9, 0x0A] + Array("if header \"a\" \"".utf8) + [0xE9]
            + Array("\" {}".utf8)
        let found = SieveScript.compile(bad, name: "t").diagnostics.map(\.description)
        #expect(found == ["t:2:15: error: the string is not UTF-8"])
    }

    @Test func `a script over the size limit is refused`() {
        let script = Array(repeating: UInt8(ascii: " "), count: 1 << 20)
        #expect(SieveScript.compile(script, name: "t").script != nil)
        #expect(
            findings(String(repeating: " ", count: 1 << 20) + " ") == [
                "1:1: error: the script is larger than 1 MB"
            ])
    }

    @Test func `the number of findings is bounded`() {
        let found = findings(String(repeating: "foo;\n", count: 5000))
        #expect(found.count == 101)
        #expect(found.last == "101:1: error: too many errors")
    }

    @Test func `blocks and tests nest 32 deep and no deeper`() {
        func blocks(_ count: Int) -> String {
            String(repeating: "if true {", count: count) + String(repeating: "}", count: count)
        }
        func tests(_ count: Int) -> String {
            "if " + String(repeating: "not ", count: count - 1) + "true {}"
        }
        #expect(findings(blocks(32)).isEmpty)
        #expect(findings(tests(32)).isEmpty)
        #expect(findings(blocks(33)).first == "1:297: error: nested deeper than 32 levels")
        #expect(findings(tests(33)).first == "1:132: error: nested deeper than 32 levels")
        #expect(!findings(blocks(100_000)).isEmpty)
        #expect(!findings("if " + String(repeating: "anyof(", count: 100_000)).isEmpty)
    }
}
