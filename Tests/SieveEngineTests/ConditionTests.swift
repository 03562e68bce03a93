import Testing

struct ConditionTests {
    // MARK: header

    @Test func `names and keys of header have no case by default`() throws {
        let trial = Trial(message: "SUBJECT: Hello World\n\n")
        #expect(try trial.holds(#"header "subject" "HELLO world""#))
        #expect(try trial.holds(#"header :comparator "i;octet" "sUbject" "Hello World""#))
        #expect(try !trial.holds(#"header :comparator "i;octet" "subject" "hello world""#))
    }

    @Test func `any field and any key will do`() throws {
        let trial = Trial(message: "X: one\nX: two\nY: three\n\n")
        #expect(try trial.holds(#"header ["Z", "X"] ["zero", "two"]"#))
        #expect(try trial.holds(#"header ["X", "Y"] "three""#))
        #expect(try !trial.holds(#"header "X" "three""#))
    }

    @Test func `a value is compared without folding and outer blanks`() throws {
        let trial = Trial(message: "Subject:  \t a\n  b\t \n\n")
        #expect(try trial.holds(#"header "subject" "a  b""#))
        #expect(try !trial.holds(#"header "subject" " a  b""#))
    }

    @Test func `a value is compared decoded`() throws {
        let trial = Trial(message: "Subject: =?iso-8859-1?q?Caf=E9?= =?utf-8?b?IOKCrDU=?=\n\n")
        #expect(try trial.holds("header \"subject\" \"Caf\u{E9} \u{20AC}5\""))
        #expect(try trial.holds("header :matches \"subject\" \"c?f? \u{20AC}*\""))
        #expect(try !trial.holds(#"header :contains "subject" "iso-8859""#))
    }

    @Test func `letters beyond ASCII keep their case`() throws {
        let trial = Trial(message: "Subject: \u{C9}\n\n")
        #expect(try trial.holds("header \"subject\" \"\u{C9}\""))
        #expect(try !trial.holds("header \"subject\" \"\u{E9}\""))
    }

    @Test func `what stands behind the header is none`() throws {
        let trial = Trial(message: "A: 1\n\nB: 2\n\n")
        #expect(try trial.holds(#"allof (exists "A", not exists "B", not header :contains "B" "")"#))
    }

    @Test func `a name that no field has is never there`() throws {
        #expect(try !Trial().holds(#"anyof (exists "a b", header :contains "" "")"#))
    }

    // MARK: address

    @Test(arguments: [
        (#":all "ann@example.org""#, "From: ann@example.org"),
        (#":all "ann@example.org""#, "From: Ann <ANN@Example.ORG>"),
        (#":localpart "ann""#, "From: \"Lee, Ann\" <ann@example.org>"),
        (#":domain "example.org""#, "From: <ann@EXAMPLE.org>"),
        (#":localpart "ann lee""#, "From: \"ann lee\"@example.org"),
        (#":domain "b.example""#, "From: x@a.example, y@b.example"),
        (#":domain "b.example""#, "From: group: x@a.example, y@b.example;"),
        (#":all "a@b.example""#, "From: (c) a@b.example (d)"),
        (#":all :contains "@""#, "From: a@b.example"),
        (#":domain :matches "*.example""#, "From: a@b.example"),
        (#":all "nobody at home""#, "From:  nobody at home "), (#":localpart "root""#, "From: root"),
    ])
    func `an address fits`(_ test: String, _ field: String) throws {
        let words = test.split(separator: " ", maxSplits: 1)
        let tags =
            words[1].hasPrefix(":")
            ? String(words[0] + " " + words[1].split(separator: " ")[0]) : String(words[0])
        let key = test.dropFirst(tags.count + 1)
        #expect(try Trial(message: field + "\n\n").holds("address \(tags) \"from\" \(key)"))
    }

    @Test func `display names and comments are no part of an address`() throws {
        let trial = Trial(message: "From: \"boss@example.org\" <eve@evil.example> (boss@example.org)\n\n")
        #expect(try !trial.holds(#"address :contains "from" "boss""#))
    }

    @Test func `an address without a domain has none to compare`() throws {
        #expect(try !Trial(message: "From: root\n\n").holds(#"address :domain :contains "from" """#))
        #expect(try Trial(message: "From: root\n\n").holds(#"address :contains "from" "root""#))
    }

    @Test func `a domain has no case, whatever the comparator`() throws {
        let trial = Trial(message: "From: Ann@Example.ORG\n\n")
        #expect(try trial.holds(#"address :domain :comparator "i;octet" "from" "EXAMPLE.org""#))
        #expect(try !trial.holds(#"address :localpart :comparator "i;octet" "from" "ann""#))
        #expect(try trial.holds(#"envelope :domain :comparator "i;octet" "from" "EXAMPLE.org""#))
    }

    // MARK: envelope

    @Test func `the envelope has one sender and one recipient`() throws {
        let trial = Trial()
        #expect(try trial.holds(#"envelope "from" "ann@example.org""#))
        #expect(try trial.holds(#"envelope :domain "to" "EXAMPLE.net""#))
        #expect(try trial.holds(#"envelope :localpart ["from", "TO"] "bob""#))
        #expect(try !trial.holds(#"envelope "to" "ann@example.org""#))
    }

    @Test func `the null sender is the empty text whatever part is asked for`() throws {
        let trial = Trial(sender: nil)
        for part in [":all", ":localpart", ":domain"] {
            #expect(try trial.holds(#"envelope \#(part) "from" """#))
            #expect(try !trial.holds(#"envelope \#(part) :matches "from" "?*""#))
        }
    }

    // MARK: exists, size, logic

    @Test func `exists wants all of them`() throws {
        #expect(try Trial().holds(#"exists ["from", "to"]"#))
        #expect(try !Trial().holds(#"exists ["from", "cc"]"#))
    }

    @Test(arguments: 0..<8)
    func `allof, anyof and not are what they say`(_ bits: Int) throws {
        let values = (0..<3).map { bits >> $0 & 1 == 1 }
        let list = values.map(String.init).joined(separator: ", ")
        let (all, any) = (values.allSatisfy { $0 }, values.contains(true))
        #expect(try Trial().holds("allof (\(list))") == all)
        #expect(try Trial().holds("anyof (\(list))") == any)
        #expect(try Trial().holds("not allof (\(list))") == !all)
        #expect(try Trial().holds("not anyof (\(list))") == !any)
        #expect(try Trial().holds("anyof (allof (\(list)), not anyof (\(list)))") == (all || !any))
        #expect(try Trial().holds("allof (not not anyof (\(list)), not allof (\(list)))") == (any && !all))
    }

    @Test func `a test that does not matter is not asked`() throws {
        // The second test would be a fault: its header is too long to look at.
        let trial = Trial(message: "X: \(String(repeating: "x", count: 1 << 20))\n\n")
        #expect(try trial.actions(#"if anyof (true, header "X" "y") { discard; }"#) == ["discard"])
        #expect(try trial.actions(#"if allof (false, header "X" "y") { discard; }"#) == ["keep"])
        let fault = trial.fault(#"if anyof (false, header "X" "y") { discard; }"#)
        #expect(fault == "t:1: a header value is longer than 1048576 bytes")
    }

    @Test func `branches are taken one at a time`() throws {
        func script(_ tests: Bool...) -> String {
            "if \(tests[0]) { redirect \"a@x.y\"; } elsif \(tests[1]) { redirect \"b@x.y\"; } "
                + "elsif \(tests[2]) { redirect \"c@x.y\"; } else { redirect \"d@x.y\"; } redirect \"e@x.y\";"
        }
        #expect(try Trial().actions(script(true, true, true)) == ["redirect a@x.y", "redirect e@x.y"])
        #expect(try Trial().actions(script(false, true, true)) == ["redirect b@x.y", "redirect e@x.y"])
        #expect(try Trial().actions(script(false, false, true)) == ["redirect c@x.y", "redirect e@x.y"])
        #expect(try Trial().actions(script(false, false, false)) == ["redirect d@x.y", "redirect e@x.y"])
    }
}
