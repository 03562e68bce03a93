/// A `foreverypart` while its block is compiled.
struct OpenLoop {
    let name: String?
    /// Behind its last round.
    let end: SieveScript.Label
}

extension Validator {
    /// `foreverypart [":name" <name>] { ... }` (RFC 5703 section 3.1).
    mutating func loop(_ node: Node) {
        refuseTests(of: node, takesBlock: true)
        checkRequired(.foreverypart, for: node)
        var arguments = arguments(of: node)
        let name = arguments.taggedConstant("name")?.string
        finish(arguments)
        compilation.facts.readsBody = true
        if loops.count >= Limits.partLoopDepth {
            error("\"foreverypart\" nested deeper than \(Limits.partLoopDepth) levels", at: node.place)
        }
        let (next, end) = (program.label(), program.label())
        program.append(.enterParts(node.place))
        program.place(next)
        program.append(.nextPart(done: end))
        loops.append(OpenLoop(name: name, end: end))
        compilation.partDepth += 1
        if let block = node.block {
            _ = validate(block: block)
        } else {
            error("\"foreverypart\" needs a block in braces", at: node.place)
        }
        compilation.partDepth -= 1
        loops.removeLast()
        program.append(.jump(next))
        program.place(end)
        program.append(.leaveParts)
    }

    /// `break [":name" <name>]` (RFC 5703 section 3.2).
    mutating func leaveLoop(_ node: Node) {
        refuseTests(of: node)
        checkRequired(.foreverypart, for: node)
        var arguments = arguments(of: node)
        let name = arguments.taggedConstant("name")?.string
        finish(arguments)
        guard !loops.isEmpty else {
            return error("\"break\" stands in no \"foreverypart\"", at: node.place)
        }
        guard let place = name == nil ? loops.count - 1 : loops.lastIndex(where: { $0.name == name }) else {
            return error("no \"foreverypart\" around this has the name \"\(name ?? "")\"", at: node.place)
        }
        for _ in place..<(loops.count - 1) { program.append(.leaveParts) }
        program.append(.jump(loops[place].end))
    }
}
