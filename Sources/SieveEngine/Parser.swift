/// Makes a tree of a script's words (RFC 5228 section 8.2).
///
/// After a mistake it goes on behind the next semicolon or block, so that one reading finds them all.
struct Parser {
    /// Told already; reading goes on at the next command.
    private struct Mistake: Error {}

    private var lexer: Lexer
    private var token: Token
    private var blockDepth = 0
    private var testDepth = 0

    init(_ bytes: [UInt8], _ diagnostics: Diagnostics) {
        lexer = Lexer(bytes, diagnostics)
        token = lexer.next()
    }

    var diagnostics: Diagnostics { lexer.diagnostics }

    /// The commands of the whole script.
    mutating func script() -> [Node] {
        var commands = commands()
        while token.kind != .end, !diagnostics.isFull {
            lexer.diagnostics.error("\(token.shown) has no beginning", at: token.place)
            advance()
            commands += self.commands()
        }
        return commands
    }

    /// Tells of names of rules that do not do what their writer meant; once the script is read.
    mutating func checkRuleNames() { lexer.ruleNames.check(&lexer.diagnostics) }

    /// Commands up to the end of the script or of the block.
    private mutating func commands() -> [Node] {
        var commands: [Node] = []
        while token.kind != .end, token.kind != .rightBrace, !diagnostics.isFull {
            do throws(Mistake) {
                commands.append(try command())
            } catch {
                skipToCommand()
            }
        }
        return commands
    }

    private mutating func command() throws(Mistake) -> Node {
        guard case .identifier(let name) = token.kind else {
            throw mistake("expected a command, found \(token.shown)")
        }
        var node = Node(name, at: token.place)
        node.ruleName = lexer.ruleNames.name(above: token.place)
        advance()
        try arguments(of: &node)
        switch token.kind {
        case .semicolon: advance()
        case .leftBrace: node.block = try block()
        default: throw mistake("expected \";\" behind \"\(name)\", found \(token.shown)")
        }
        return node
    }

    private mutating func block() throws(Mistake) -> [Node] {
        let start = token.place
        try check(blockDepth)
        blockDepth += 1
        defer { blockDepth -= 1 }
        advance()
        let commands = commands()
        if token.kind == .rightBrace {
            advance()
        } else {
            lexer.diagnostics.error("the block that begins here has no \"}\"", at: start)
        }
        return commands
    }

    // MARK: Arguments and tests

    private mutating func arguments(of node: inout Node) throws(Mistake) {
        while let argument = try argument() { node.arguments.append(argument) }
        if token.kind == .leftParenthesis {
            node.hasTestList = true
            node.tests = try testList()
        } else if case .identifier = token.kind {
            node.tests = [try test()]
        }
    }

    private mutating func argument() throws(Mistake) -> Argument? {
        let place = token.place
        let value: Argument.Value
        switch token.kind {
        case .tag(let name): value = .tag(name)
        case .number(let number): value = .number(number)
        case .string(let bytes): value = .string(Text(bytes: bytes, place: place))
        case .leftBracket: return Argument(value: .list(try stringList()), place: place)
        default: return nil
        }
        advance()
        return Argument(value: value, place: place)
    }

    /// `[ "one", "two" ]`
    private mutating func stringList() throws(Mistake) -> [Text] {
        var list: [Text] = []
        repeat {
            advance()
            guard case .string(let bytes) = token.kind else {
                throw mistake("expected a string in the list, found \(token.shown)")
            }
            list.append(Text(bytes: bytes, place: token.place))
            advance()
        } while token.kind == .comma
        guard token.kind == .rightBracket else {
            throw mistake("expected \",\" or \"]\" in the list, found \(token.shown)")
        }
        advance()
        return list
    }

    private mutating func test() throws(Mistake) -> Node {
        guard case .identifier(let name) = token.kind else {
            throw mistake("expected a test, found \(token.shown)")
        }
        var node = Node(name, at: token.place)
        try check(testDepth)
        testDepth += 1
        defer { testDepth -= 1 }
        advance()
        try arguments(of: &node)
        return node
    }

    /// `( one, two )`
    private mutating func testList() throws(Mistake) -> [Node] {
        var tests: [Node] = []
        repeat {
            advance()
            tests.append(try test())
        } while token.kind == .comma
        guard token.kind == .rightParenthesis else {
            throw mistake("expected \",\" or \")\" behind the test, found \(token.shown)")
        }
        advance()
        return tests
    }

    // MARK: Steps

    private mutating func advance() { token = lexer.next() }

    private mutating func check(_ depth: Int) throws(Mistake) {
        guard depth < Limits.nestingDepth else {
            throw mistake("nested deeper than \(Limits.nestingDepth) levels")
        }
    }

    private mutating func mistake(_ text: String) -> Mistake {
        lexer.diagnostics.error(text, at: token.place)
        return Mistake()
    }

    /// Behind the next semicolon or whole block, or in front of the brace that ends this one.
    private mutating func skipToCommand() {
        var open = 0
        while true {
            switch token.kind {
            case .end: return
            case .leftBrace: open += 1
            case .rightBrace where open == 0: return
            case .rightBrace:
                open -= 1
                if open == 0 { return advance() }
            case .semicolon where open == 0: return advance()
            default: break
            }
            advance()
        }
    }
}
