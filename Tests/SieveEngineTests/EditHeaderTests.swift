import MailSyntax
import SieveEngine
import Testing

/// RFC 5293.
struct EditHeaderTests {
    private let trial = Trial(message: "X-A: 1\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\n\nX-A: body\n")

    private func edited(_ script: String) throws -> String {
        try trial.header("require \"editheader\"; " + script)
    }

    @Test(arguments: [
        (#"addheader "X-B" "b";"#, "X-B: b\nX-A: 1\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\n"),
        (#"addheader :last "X-B" "b";"#, "X-A: 1\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\nX-B: b\n"),
        (
            #"addheader "B" "1"; addheader "B" "2";"#,
            "B: 2\nB: 1\nX-A: 1\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\n"
        ),
        (#"deleteheader "x-a";"#, "From: ann@example.org\n"),
        (#"deleteheader "X-A" "2 two";"#, "X-A: 1\nFrom: ann@example.org\nX-A: 3\n"),
        (#"deleteheader :contains "X-A" ["two", "3"];"#, "X-A: 1\nFrom: ann@example.org\n"),
        (#"deleteheader :matches "X-A" "?";"#, "From: ann@example.org\nX-A: 2\n two\n"),
        (#"deleteheader :index 2 "X-A";"#, "X-A: 1\nFrom: ann@example.org\nX-A: 3\n"),
        (#"deleteheader :index 1 :last "X-A";"#, "X-A: 1\nFrom: ann@example.org\nX-A: 2\n two\n"),
        (#"deleteheader :index 3 :last "X-A";"#, "From: ann@example.org\nX-A: 2\n two\nX-A: 3\n"),
        // Section 6: the first goes, then the second of what is left.
        (
            #"deleteheader :index 1 "X-A"; deleteheader :index 2 "X-A";"#,
            "From: ann@example.org\nX-A: 2\n two\n"
        ),
        (#"deleteheader :index 1 :is "X-A" "1";"#, "From: ann@example.org\nX-A: 2\n two\nX-A: 3\n"),
        (#"deleteheader "X-A"; deleteheader "From";"#, ""),
        (
            #"addheader "X-A" "0"; deleteheader :index 2 "X-A";"#,
            "X-A: 0\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\n"
        ),
    ])
    func `fields are added and deleted`(_ script: String, _ header: String) throws {
        #expect(try edited(script) == header)
    }

    @Test(arguments: [
        #"deleteheader "X-B";"#, #"deleteheader "X-A" "4";"#, #"deleteheader :index 4 "X-A";"#,
        #"deleteheader :index 1 "X-A" "2";"#,
        #"deleteheader :contains "X-A" "body";"#,
    ])
    func `what is not there cannot be deleted`(_ script: String) throws {
        #expect(try edited(script) == "unchanged")
    }

    /// Section 6: the message is unchanged, but for having been taken apart.
    @Test func `what was added can be deleted`() throws {
        let header = try edited(#"addheader "X-Hello" "World"; deleteheader :index 1 "X-Hello";"#)
        #expect(header == "X-A: 1\nFrom: ann@example.org\nX-A: 2\n two\nX-A: 3\n")
    }

    @Test func `untouched fields stay pieces of the original`() throws {
        let result = try trial.result([
            #"require "editheader"; deleteheader :index 2 "X-A"; addheader "B" "b";"#
        ])
        #expect(
            result.actions.first?.headerPieces
                == [.added(Trial.wire("B: b\n")), .original(0..<31), .original(45..<53)])
    }

    @Test func `Received may be deleted, Auto-Submitted may not, Subject may be both`() throws {
        let trial = Trial(message: "Received: x\nAuto-Submitted: auto-replied\nSubject: s\n\n")
        let header = try trial.header(
            #"require "editheader"; deleteheader "Received"; deleteheader "auto-submitted"; deleteheader "Subject"; "#
                + #"addheader :last "Subject" "t";"#)
        #expect(header == "Auto-Submitted: auto-replied\nSubject: t\n")
    }

    @Test func `what replace kept of a message stays`() throws {
        let trial = Trial(message: "Original-Subject: s\nOriginal-From: f\nX: y\n\n")
        let header = try trial.header(
            #"require "editheader"; deleteheader "Original-Subject"; deleteheader "original-from"; "#
                + #"deleteheader "X";"#)
        #expect(header == "Original-Subject: s\nOriginal-From: f\n")
    }

    @Test func `an added value is one field, folded and encoded`() throws {
        let value = "caf\u{E9}\r\nEvil: yes"
        let header = try Trial(message: "A: 1\n\n").header(
            "require \"editheader\"; addheader \"B\" \"\(value)\";")
        #expect(header == "B: =?UTF-8?B?Y2Fmw6kgRXZpbDogeWVz?=\nA: 1\n")
        let long = String(repeating: "word ", count: 40)
        let folded = try Trial(message: "A: 1\n\n").header(
            "require \"editheader\"; addheader \"B\" \"\(long)\r\nC: x\";")
        #expect(
            folded.split(separator: "\n").allSatisfy {
                $0.hasPrefix(" ") || $0.hasPrefix("A: ") || $0.hasPrefix("B: ")
            })
    }

    @Test func `edits are seen by later tests`() throws {
        let script = """
            require "editheader";
            addheader "X-B" "caf\u{E9} 1";
            deleteheader "From";
            if allof (header :is "x-b" "CAF\u{E9} 1", not exists "From", address :all :contains "X-A" "3") { discard; }
            """
        #expect(try trial.actions(script) == ["discard"])
    }

    @Test func `the size of a message counts its edits`() throws {
        let script = #"require "editheader"; addheader "B" "1234"; if size :over 100 { discard; }"#
        #expect(try Trial(byteCount: 91).actions(script) == ["keep"])
        #expect(try Trial(byteCount: 92).actions(script) == ["discard"])
    }

    @Test func `what was sent before an edit goes without it`() throws {
        let script = #"require ["editheader", "copy"]; redirect :copy "a@x.y"; addheader "B" "1";"#
        let actions = try trial.result([script]).actions
        #expect(actions.map { $0.headerPieces == nil } == [true, false])
    }

    @Test func `a field is added behind one that lacks its line end`() throws {
        let header = try Trial(message: "A: 1").header(#"require "editheader"; addheader :last "B" "2";"#)
        #expect(header == "A: 1\nB: 2\n")
    }

    @Test func `the number of added fields is bounded`() throws {
        let add = #"addheader "B" "1";"#
        let script = "require \"editheader\"; " + String(repeating: add, count: 100)
        #expect(try trial.actions(script) == ["keep"])
        #expect(trial.fault(script + add) == "t:1: more than 100 added header fields")
    }
}
