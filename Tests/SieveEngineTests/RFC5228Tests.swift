import Testing

/// The examples of RFC 5228, section by section. Where one uses `fileinto`, which a relay has no use for,
/// `redirect` stands in.
struct RFC5228Tests {
    /// Section 2.4.2.1, 2.4.2.2: the three ways to write a message's header.
    private let coyote = Trial(
        message: """
            Date: Tue, 1 Apr 1997 09:06:31 -0800 (PST)
            From: coyote@desert.example.org
            To: roadrunner@acme.example.com
            Subject: I have a present for you

            Look, I'm sorry about the whole anvil thing, and I really
            didn't mean to try and drop it on you from the top of the
            cliff.  I want to try to make it up to you.  I've got some
            great birdseed over here at my place--top of the line
            stuff--and if you come by, I'll have it all wrapped up
            for you.  I'm really sorry for all the problems I've caused
            for you over the years, but I know we can work this out.
            --
            Wile E. Coyote   "Super Genius"   coyote@desert.example.org

            """, sender: "coyote@desert.example.org", recipient: "roadrunner@acme.example.com")

    /// Section 2.4.2.2's second message, with a bracket and more.
    private let acme = Trial(
        message: """
            From: youcouldberich!@reply-by-postal-mail.invalid
            To: rube@landru.example.com
            Date:  Mon, 31 Mar 1997 18:26:10 -0800
            Subject: $$$ YOU, TOO, CAN BE A MILLIONAIRE! $$$

            YOU MAY HAVE ALREADY WON TEN MILLION DOLLARS, BUT I DOUBT
            IT!  SO JUST POST THIS TO SIX HUNDRED NEWSGROUPS!  IT WILL
            GUARANTEE THAT YOU GET AT LEAST FIVE RESPONSES WITH MONEY!
            MONEY! MONEY! COLD HARD CASH!  YOU WILL RECEIVE OVER
            $20,000 IN LESS THAN TWO MONTHS!  AND IT'S LEGAL!!!!!!!!!
            !!!!!!!!!!!!!!!!!!111111111!!!!!!!11111111111!!1  JUST
            SEND $5 IN SMALL, UNMARKED BILLS TO THE ADDRESSES BELOW!

            """, sender: "youcouldberich@reply-by-postal-mail.invalid", recipient: "rube@landru.example.com")

    @Test func `2·3 a hash comment`() throws {
        let script = "if size :over 100k { # this is a comment\n discard;\n}"
        #expect(try coyote.actions(script) == ["keep"])
        #expect(try Trial(byteCount: 102_401).actions(script) == ["discard"])
    }

    @Test func `2·3 a bracketed comment`() throws {
        let script =
            "if size :over 100K { /* this is a comment\n   this is still a comment */ discard /* this is a comment\n   */ ;\n}"
        #expect(try coyote.actions(script) == ["keep"])
        #expect(try Trial(byteCount: 102_401).actions(script) == ["discard"])
    }

    @Test func `2·4·1 suffixes of numbers`() throws {
        for (number, count) in [
            ("1K", 1024), ("1M", 1_048_576), ("1G", 1_073_741_824), ("7", 7), ("1k", 1024),
        ] {
            #expect(
                try Trial(byteCount: count).holds("anyof(size :over \(number), size :under \(number))")
                    == false)
            #expect(try Trial(byteCount: count + 1).holds("size :over \(number)"))
            #expect(try Trial(byteCount: count - 1).holds("size :under \(number)"))
        }
    }

    @Test func `2·4·2 text over several lines, dots doubled`() throws {
        let script = "require \"reject\"; reject text: # hash comment\r\n.. a\r\n.b\r\n\r\n...\r\n.\r\n;"
        #expect(try coyote.actions(script) == ["reject . a|.b|.."])
    }

    @Test func `2·4·2·1 one string is a list of one`() throws {
        #expect(try coyote.actions("if exists \"to\" { discard; }") == ["discard"])
        #expect(try coyote.actions("if exists [\"to\"] { discard; }") == ["discard"])
    }

    @Test func `2·6·2 tags may stand in any order`() throws {
        let tests = [
            #"header :is :comparator "i;octet" "subject" "I have a present for you""#,
            #"header :comparator "i;octet" :is "subject" "I have a present for you""#,
        ]
        for test in tests { #expect(try coyote.holds(test)) }
    }

    @Test func `2·7·1 the three match types`() throws {
        #expect(try acme.holds(#"header :contains "subject" "MILLION""#))
        #expect(try acme.holds(#"header :matches "subject" "$$$*$$$""#))
        #expect(try acme.holds(#"header :matches "subject" "???*???""#))
        #expect(try acme.holds(#"header :is "subject" "$$$ you, too, can be a millionaire! $$$""#))
        #expect(try !acme.holds(#"header :is "subject" "$$$""#))
    }

    @Test func `2·7·3 a comparator`() throws {
        let test = #"header :contains :comparator "i;octet" "Subject" "MAKE MONEY FAST""#
        #expect(try Trial(message: "Subject: MAKE MONEY FAST!!\n\n").holds(test))
        #expect(try !Trial(message: "Subject: make money fast!!\n\n").holds(test))
    }

    @Test func `2·7·4 the part of an address`() throws {
        let script = #"if address :is :all "from" "tim@example.com" { discard; }"#
        #expect(try Trial(message: "From: Tim <TIM@example.com>\n\n").actions(script) == ["discard"])
        #expect(try Trial(message: "From: tim@example.co\n\n").actions(script) == ["keep"])
    }

    @Test func `2·10·6 what is required twice is required once`() throws {
        #expect(
            try coyote.actions(#"require "envelope"; require ["envelope", "envelope"]; keep;"#) == ["keep"])
    }

    /// The table of section 2.7.5 (by RFC 3028) and 3.1.
    @Test func `3·1 if, elsif and else`() throws {
        let script = """
            if header :contains "from" "coyote" { discard; }
            elsif header :contains ["subject"] ["$$$"] { discard; }
            else { redirect "inbox@example.org"; }
            """
        #expect(try coyote.actions(script) == ["discard"])
        #expect(try acme.actions(script) == ["discard"])
        #expect(try Trial().actions(script) == ["redirect inbox@example.org"])
    }

    @Test func `3·1 conditions in a row`() throws {
        let script = """
            require ["copy"];
            if header :contains ["From"] ["coyote"] { redirect "acm@example.com"; }
            elsif header :contains "Subject" "$$$" { redirect "postmaster@example.com"; }
            else { redirect "field@example.com"; }
            """
        #expect(try coyote.actions(script) == ["redirect acm@example.com"])
        #expect(try acme.actions(script) == ["redirect postmaster@example.com"])
        #expect(try Trial().actions(script) == ["redirect field@example.com"])
    }

    @Test func `3·3 stop ends the script and keeps the implicit keep`() throws {
        #expect(try coyote.actions("if true { stop; } discard;") == ["keep"])
        #expect(try coyote.actions("redirect \"a@example.org\"; stop; keep;") == ["redirect a@example.org"])
    }

    @Test func `4·2 redirect`() throws {
        #expect(try coyote.actions("redirect \"bart@example.com\";") == ["redirect bart@example.com"])
    }

    @Test func `4·3 keep`() throws {
        let script = "if size :under 1M { keep; } else { discard; }"
        #expect(try coyote.actions(script) == ["keep"])
        #expect(try Trial(byteCount: 2 << 20).actions(script) == ["discard"])
        #expect(try coyote.actions("redirect \"a@b.example\"; keep;") == ["redirect a@b.example", "keep"])
    }

    @Test func `4·4 discard`() throws {
        let script = #"if header :contains ["from"] ["idiot@example.com"] { discard; }"#
        #expect(try Trial(message: "From: <idiot@example.com>\n\n").actions(script) == ["discard"])
        #expect(try coyote.actions(script) == ["keep"])
        #expect(try coyote.actions("discard; keep;") == ["discard", "keep"])
    }

    @Test func `5·4 envelope`() throws {
        let script = #"require "envelope"; if envelope :all :is "from" "tim@example.com" { discard; }"#
        var trial = coyote
        trial.sender = "Tim@EXAMPLE.com"
        #expect(try trial.actions(script) == ["discard"])
        #expect(try coyote.actions(script) == ["keep"])
    }

    @Test func `5·5 exists`() throws {
        let script = #"if not exists ["From","Date"] { discard; }"#
        #expect(try coyote.actions(script) == ["keep"])
        #expect(try Trial().actions(script) == ["discard"])
    }

    /// `X-Caffeine: C8H10N4O2`, and the same with nothing behind the colon.
    @Test func `5·7 header`() throws {
        let full = Trial(message: "X-Caffeine: C8H10N4O2\n\n")
        let empty = Trial(message: "X-Caffeine:\n\n")
        #expect(try empty.holds(#"header :is ["X-Caffeine"] [""]"#))
        #expect(try empty.holds(#"header :contains ["X-Caffeine"] [""]"#))
        #expect(try !full.holds(#"header :is ["X-Caffeine"] [""]"#))
        #expect(try full.holds(#"header :contains ["X-Caffeine"] [""]"#))
        #expect(try !Trial().holds(#"header :is ["X-Caffeine"] [""]"#))
        #expect(try !Trial().holds(#"header :contains ["X-Caffeine"] [""]"#))
    }

    @Test func `5·9 size is neither over nor under its own value`() throws {
        let trial = Trial(byteCount: 4000)
        #expect(try !trial.holds("size :over 4000"))
        #expect(try !trial.holds("size :under 4000"))
        #expect(try trial.holds("size :over 3999"))
        #expect(try trial.holds("size :under 4001"))
    }

    /// Section 9, the extended example, with addresses for folders.
    @Test func `9 an extended example`() throws {
        let script = """
            #
            # Example Sieve Filter
            # Declare any optional features or extension used by the script
            #
            require ["copy"];

            #
            # Handle messages from known mailing lists
            # Move messages from IETF filter discussion list to filter mailbox
            #
            if header :is "Sender" "owner-ietf-mta-filters@imc.org"
                    {
                    redirect "filter@example.com";  # move to "filter" mailbox
                    }
            #
            # Keep all messages to or from people in my company
            #
            elsif address :DOMAIN :is ["From", "To"] "example.com"
                    {
                    keep;               # keep in "In" mailbox
                    }

            #
            # Try and catch unsolicited email.  If a message is not to me,
            # or it contains a subject known to be spam, file it away.
            #
            elsif anyof (NOT address :all :contains
                           ["To", "Cc", "Bcc"] "me@example.com",
                         header :matches "subject"
                           ["*make*money*fast*", "*university*dipl*mas*"])
                    {
                    redirect "spam@example.com";   # move to "spam" mailbox
                    }
            else
                    {
                    # Move all other (non-company) mail to "personal"
                    # mailbox.
                    redirect "personal@example.com";
                    }
            """
        func actions(_ message: String) throws -> [String] {
            try Trial(message: message + "\n\n").actions(script)
        }
        #expect(
            try actions("Sender: owner-ietf-mta-filters@imc.org\nTo: x@imc.org") == [
                "redirect filter@example.com"
            ])
        #expect(try actions("From: Boss <boss@Example.COM>\nTo: me@home.example") == ["keep"])
        #expect(try actions("From: x@y.example\nTo: you@home.example") == ["redirect spam@example.com"])
        #expect(
            try actions("From: x@y.example\nTo: me@example.com.example\nSubject: Make More Money Very Fast!")
                == ["redirect spam@example.com"])
        #expect(
            try actions("From: x@y.example\nTo: some@example.com.example\nCc: me@example.com.example")
                == ["redirect personal@example.com"])
    }
}
