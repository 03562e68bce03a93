/// What is known while a script is compiled: what it required, what it declared and what was found wrong.
package struct Compilation {
    package let options: CompileOptions
    package var diagnostics: Diagnostics
    /// What the commands and tests reveal of the script.
    package var facts = ScriptFacts()
    /// Included scripts, shared by all that are compiled together.
    var includes: IncludeStack
    private var required: [Capability: ScriptPlace] = [:]
    private var used: Set<Capability> = []
    private var slots: [String: Int] = [:]
    private var globals: Set<String> = []
    /// How many `foreverypart` stand around the command.
    var partDepth = 0

    init(_ options: CompileOptions, _ diagnostics: Diagnostics, _ includes: IncludeStack) {
        self.options = options
        self.diagnostics = diagnostics
        self.includes = includes
    }

    /// A loop over parts stands around the command, or may stand around the `include` that leads to it.
    var mayBeInLoop: Bool { partDepth > 0 || includes.isInside }

    // MARK: Capabilities

    mutating func require(_ capability: Capability, at place: ScriptPlace) {
        if required[capability] == nil { required[capability] = place }
    }

    /// Forgets what was required behind `snapshot`: an `ihave` counts in its own block.
    mutating func restoreRequired(of snapshot: Compilation) { required = snapshot.required }

    /// It was required; asking is no use of it.
    package func has(_ capability: Capability) -> Bool { required[capability] != nil }

    /// Its `require` was not in vain.
    package mutating func use(_ capability: Capability) { used.insert(capability) }

    /// It was required and is now used, or the lack is told.
    package mutating func demand(_ capability: Capability, for what: String, at place: ScriptPlace) {
        use(capability)
        if has(capability) || capability.impliedBy.contains(where: has) {
            for other in capability.impliedBy { use(other) }
        } else {
            diagnostics.error("\(what) needs require \"\(capability.rawValue)\"", at: place)
        }
    }

    /// Warns of each `require` that nothing came of.
    mutating func tellUnused() {
        guard options.isThorough, !diagnostics.hasErrors else { return }
        for (capability, place) in required where !used.contains(capability) && !capability.isSilent {
            diagnostics.warning("\"\(capability.rawValue)\" is required but not used", at: place)
        }
    }

    // MARK: Variables

    /// How many variables of its own the script has.
    var variableCount: Int { slots.count }

    mutating func variable(_ name: String, at place: ScriptPlace) -> Variable? {
        if globals.contains(name) { return .global(name) }
        if let slot = slots[name] { return .local(slot) }
        guard name.utf8.count <= Limits.variableNameByteCount else {
            let text = "the name of a variable has at most \(Limits.variableNameByteCount) characters"
            diagnostics.error(text, at: place)
            return nil
        }
        guard slots.count < Limits.variableCount else {
            diagnostics.error("more than \(Limits.variableCount) variables", at: place)
            return nil
        }
        slots[name] = slots.count
        return .local(slots.count - 1)
    }

    /// From here on the name means the variable that all scripts share.
    mutating func declareGlobal(_ name: String, at place: ScriptPlace) {
        if slots[name] != nil {
            return diagnostics.error("\"\(name)\" was used before it is declared global", at: place)
        }
        globals.insert(name)
    }
}
