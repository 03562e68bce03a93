import MailSyntax
import Testing

@Suite struct MailPathTests {
    private let ann = Address(localPart: "ann", domain: "x.example")

    @Test func `the null path is for senders alone`() throws {
        var input = Array("<> SIZE=1".utf8)[...]
        #expect(try MailPath.reverse(&input, allowsUTF8: false) == nil)
        #expect(input == Array(" SIZE=1".utf8)[...])
        #expect(throws: AddressError.malformed) {
            var input = Array("<>".utf8)[...]
            return try MailPath.forward(&input, allowsUTF8: false)
        }
    }

    @Test(arguments: ["<ann@x.example>", "<@a:ann@x.example>", "<@a.b,@[10.1.2.3]:ann@x.example>"])
    func `a source route is read and dropped`(path: String) throws {
        var input = Array((path + "rest").utf8)[...]
        #expect(try MailPath.forward(&input, allowsUTF8: false) == ann)
        #expect(input == Array("rest".utf8)[...])
    }

    @Test(arguments: [
        "", "<", "ann@x.example", "<ann@x.example", "<@a>", "<@a:>", "<@a,b:ann@x>", "<@:ann@x>",
        "<@a,:ann@x>",
        "< ann@x>", "<ann@x >", "<<ann@x>>", "<ann@x,bob@x>",
    ])
    func `what is no path is refused and not taken`(path: String) {
        var input = Array(path.utf8)[...]
        #expect(throws: AddressError.malformed) { try MailPath.forward(&input, allowsUTF8: false) }
        #expect(input == Array(path.utf8)[...])
    }

    @Test func `a bare local part is left to the caller`() throws {
        var input = Array("<Postmaster>".utf8)[...]
        #expect(try MailPath.forward(&input, allowsUTF8: false).domain.isEmpty)
    }
}
