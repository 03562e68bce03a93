import MailSyntax
import Testing

@testable import RelaySettings

@Suite struct AliasFileTests {
    private func read(_ text: String) -> AliasFile { AliasFile(Array(text.utf8), path: "/etc/aliases") }

    /// `name: address address`, `\` before an address that is final.
    private func names(_ file: AliasFile) -> [String] {
        file.table.aliases.sorted { $0.value.place < $1.value.place }.map { name, alias in
            "\(name): "
                + alias.targets.map { ($0.isFinal ? "\\" : "") + $0.address.description }
                .joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("root: ann@x.example", ["root: ann@x.example"]),
        ("root:ann@x.example,bob", ["root: ann@x.example bob"]),
        ("ROOT : ann ,, bob ,", ["root: ann bob"]),
        ("root: ann,\n\tbob,\n  # nobody else\n\n eve\n", ["root: ann bob eve"]),
        ("# why\n\nroot:\n ann\nbin: root", ["root: ann", "bin: root"]),
        ("root: \\root, ann", ["root: \\root ann"]),
        ("\"john smith\": \"j s\"@x.example, \"a,b\"", ["john smith: \"j s\"@x.example \"a,b\""]),
        ("\"a:b\": ann", ["a:b: ann"]),
        ("root: ann\r\nbin: root\r\n", ["root: ann", "bin: root"]),
        ("root: ann@[10.1.2.3]", ["root: ann@[10.1.2.3]"]),
        ("", []), ("\n\n# nothing\n   \n", []),
    ])
    func `names and their addresses are read`(text: String, expected: [String]) {
        let file = read(text)
        #expect(names(file) == expected)
        #expect(file.mistakes == [])
    }

    @Test(arguments: [
        (
            "root: |/usr/bin/procmail",
            "1:7 \"|/usr/bin/procmail\" is a program; an alias stands for addresses alone"
        ),
        (
            "a: b\nc: \"|/bin/x -y, z\"",
            "2:4 \"\"|/bin/x -y, z\"\" is a program; an alias stands for addresses alone"
        ),
        ("nobody: /dev/null", "1:9 \"/dev/null\" is a file; an alias stands for addresses alone"),
        (
            "all: ann,\n  :include:/etc/list",
            "2:3 \":include:/etc/list\" is a list in another file; an alias stands for addresses alone"
        ),
        (
            "all: :Include:/l",
            "1:6 \":Include:/l\" is a list in another file; an alias stands for addresses alone"
        ),
        ("root ann", "1:1 expected a line such as root: ann@office.example"),
        (": ann", "1:1 expected a line such as root: ann@office.example"),
        (" ann", "1:2 this line goes on with an alias, but none is before it"),
        ("root@x: ann", "1:1 \"root@x\" is no name of a mailbox; a name has no domain"),
        ("root:", "1:1 \"root\" stands for no address"),
        ("root: ,\nbin: ann", "1:1 \"root\" stands for no address"),
        ("root: ann bob", "1:11 \"bob\": a comma is missing before it"),
        ("root: ann # me", "1:11 \"#\": a comment needs a line of its own"),
        ("root: <ann@x>", "1:7 \"<ann@x>\" is no address"),
        ("root: \"ann", "1:7 \"\"ann\" is no address"),
        ("root: jörg", "1:7 \"jörg\" is no address"),
        ("root: ann\nbin: b\nRoot: eve", "3:1 \"root\" is there twice; first in line 1"),
        ("root: a\u{0}b", "1:7 \"a?b\" is no address"),
    ])
    func `what is no address is told with its place`(text: String, expected: String) {
        let mistakes = read(text).mistakes.map { "\($0.place.line):\($0.place.column) \($0.text)" }
        #expect(mistakes.first == expected)
    }

    @Test func `one mistake hides nothing of what follows`() {
        let file = read("a: |x, ann, /y\nb bad\nc: bob\n")
        #expect(names(file) == ["a: ann", "c: bob"])
        #expect(file.mistakes.map(\.place.line) == [1, 1, 2])
    }

    @Test func `names and addresses are bounded`() {
        let targets = (0...Limits.aliasTargetCount).map { "a\($0)" }.joined(separator: ",")
        #expect(read("root: \(targets)").mistakes.map(\.text) == ["more than 1000 addresses for one name"])
        let names = (0...Limits.aliasCount).map { "n\($0): ann\n" }.joined()
        #expect(read(names).mistakes.map(\.text) == ["more than 10000 aliases"])
        #expect(read(String(repeating: "no\n", count: 5000)).mistakes.count <= Limits.findingCount)
    }

    @Test func `any bytes are read to their end`() {
        let bytes = Array("root:\"\\ ,#\n\r\t|/a@b".utf8) + [0, 0xFF]
        for seed in 0..<2000 {
            var state = UInt64(seed &* 2_654_435_761 &+ 1)
            let text = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return bytes[Int(state >> 33) % bytes.count]
            }
            let file = AliasFile(text, path: "")
            #expect(file.table.aliases.values.allSatisfy { !$0.targets.isEmpty })
        }
    }
}
