extension Validator {
    /// `require <names>` (RFC 5228 section 3.2).
    mutating func require(_ node: Node) {
        refuseTests(of: node)
        var arguments = arguments(of: node)
        let names = arguments.constants("names of extensions")
        finish(arguments, isComplete: names != nil)
        for name in names ?? [] {
            if let capability = Capability(named: name.string), known.contains(capability) {
                compilation.require(capability, at: name.place)
            } else {
                let hasMessage = compilation.options.hasMessage
                error(
                    Capability.refusal(of: name.string, known: known, hasMessage: hasMessage), at: name.place)
            }
        }
    }

    /// `include [":personal" / ":global"] [":once"] [":optional"] <name>` (RFC 6609 section 3.2).
    mutating func include(_ node: Node) {
        refuseTests(of: node)
        checkRequired(.include, for: node)
        var arguments = arguments(of: node)
        let location = arguments.choice(CompileOptions.IncludeLocation.self) ?? .personal
        let isOnce = arguments.tag("once") != nil
        let isOptional = arguments.tag("optional") != nil
        let name = arguments.constant("the name of a script")
        finish(arguments, isComplete: name != nil)
        guard let name else { return }
        guard isScriptName(name) else {
            return error("\"\(name.string)\" is no name of a script", at: name.place)
        }
        let included = IncludedName(location: location, name: name.string)
        // Where it runs it has begun already, so once is no more.
        if isOnce, compilation.includes.isOpen(included) { return }
        let script = IncludeStack.script(included, at: node.place, isOptional: isOptional, &compilation)
        guard let script else { return }
        program.append(.include(Inclusion(name: included, script: script, isOnce: isOnce), node.place))
    }

    /// A name leads to no other folder.
    private func isScriptName(_ name: Text) -> Bool {
        !name.bytes.isEmpty && !name.bytes.contains(ASCII.slash)
            && name.bytes.allSatisfy { $0 >= ASCII.space && $0 != 0x7F } && name.bytes.first != ASCII.dot
    }

    /// `global <variables>`: they are shared by all scripts from here on (RFC 6609 section 3.4.1).
    mutating func declare(_ node: Node) {
        refuseTests(of: node)
        checkRequired(.include, for: node)
        checkRequired(.variables, for: node)
        var arguments = arguments(of: node)
        let names = arguments.constants("names of variables")
        finish(arguments, isComplete: names != nil)
        for name in names ?? [] {
            if case .name(let plain) = VariableName(name.bytes[...]) {
                compilation.declareGlobal(plain, at: name.place)
            } else {
                error("\"\(name.string)\" is no name of a variable", at: name.place)
            }
        }
    }
}
