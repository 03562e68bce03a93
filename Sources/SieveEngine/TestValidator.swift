/// What is known of a test before it runs.
enum Truth {
    case unknown
    /// An `ihave` in it is false, so it never holds.
    case ruledOut
    /// An `ihave` in it is true under a `not`, or nothing but `ihave` is in it.
    case certain

    var inverted: Truth {
        switch self {
        case .unknown: .unknown
        case .ruledOut: .certain
        case .certain: .ruledOut
        }
    }
}

extension Validator {
    /// A test as jumps: to one place when it holds, to the other when it does not.
    mutating func validate(
        test node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) -> Truth {
        switch node.name {
        case "not":
            let truth = validate(soleTestOf: node, whenTrue: whenFalse, whenFalse: whenTrue)
            finish(arguments(of: node))
            return truth.inverted
        case "allof", "anyof":
            let truth = validate(testsOf: node, whenTrue: whenTrue, whenFalse: whenFalse)
            finish(arguments(of: node))
            return truth
        case "true", "false":
            refuseTests(of: node)
            finish(arguments(of: node))
            program.append(.jump(node.name == "true" ? whenTrue : whenFalse))
            return .unknown
        case "ihave":
            let truth = validate(ihave: node)
            program.append(.jump(truth == .certain ? whenTrue : whenFalse))
            return truth
        default:
            validate(condition: node, whenTrue: whenTrue, whenFalse: whenFalse)
            return .unknown
        }
    }

    /// `allof` goes on as long as tests hold, `anyof` as long as they do not.
    private mutating func validate(
        testsOf node: Node, whenTrue: SieveScript.Label, whenFalse: SieveScript.Label
    ) -> Truth {
        guard node.hasTestList else {
            error("\"\(node.name)\" needs tests in parentheses", at: node.place)
            return .unknown
        }
        let needsAll = node.name == "allof"
        // What decides the whole, and what leaves it to the others.
        let deciding = needsAll ? Truth.ruledOut : .certain
        var truths: [Truth] = []
        for (number, test) in node.tests.enumerated() {
            if truths.contains(deciding) { break }
            let isLast = number == node.tests.count - 1
            let next = program.label()
            let onward = isLast ? (whenTrue, whenFalse) : needsAll ? (next, whenFalse) : (whenTrue, next)
            truths.append(validate(test: test, whenTrue: onward.0, whenFalse: onward.1))
            program.place(next)
        }
        if truths.contains(deciding) { return deciding }
        return truths.allSatisfy { $0 == deciding.inverted } ? deciding.inverted : .unknown
    }

    /// `ihave <capabilities>`: answered now; what it names may be used in the block behind it (RFC 5463 section 4).
    private mutating func validate(ihave node: Node) -> Truth {
        refuseTests(of: node)
        checkRequired(.ihave, for: node)
        var arguments = arguments(of: node)
        let names = arguments.constants("names of extensions")
        finish(arguments, isComplete: names != nil)
        guard let names else { return .unknown }
        // What strings mean is settled before any test is (RFC 5463 section 4).
        let capabilities = names.compactMap { Capability(named: $0.string) }
            .filter { known.contains($0) && $0 != .variables && $0 != .encodedCharacter }
        guard capabilities.count == names.count else { return .ruledOut }
        for capability in capabilities {
            compilation.require(capability, at: node.place)
            compilation.use(capability)
        }
        return .certain
    }
}
