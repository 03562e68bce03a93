/// A script inside another (RFC 6609 section 3.2).
package struct Inclusion: Sendable {
    let name: IncludedName
    let script: SieveScript
    /// Not if it ran already.
    let isOnce: Bool
}

/// Which script is meant.
struct IncludedName: Hashable, Sendable {
    let location: CompileOptions.IncludeLocation
    let name: String

    /// What rules and diagnostics call it: its file, seen from the script that includes it.
    var file: String {
        let file = name.hasSuffix(".sieve") ? name : name + ".sieve"
        return location == .global ? "global/\(file)" : file
    }
}

/// The scripts that include one another while the innermost is compiled, and those that are done.
struct IncludeStack: Sendable {
    private var open: [IncludedName] = []
    private var compiled: [IncludedName: SieveScript?] = [:]
    private var count = 0
    /// What is searched for in one pass, whichever script asks.
    var keys = KeyCollection()
    /// What the patterns and keys of them all take in memory, roughly.
    var patternByteCount = 0

    /// It is being compiled, and so are all those inside of it.
    func isOpen(_ name: IncludedName) -> Bool { open.contains(name) }

    /// What is compiled is an included script.
    var isInside: Bool { !open.isEmpty }

    /// The script of `include`; nil once told that there is none, or if it is missing and may be.
    static func script(
        _ name: IncludedName, at place: ScriptPlace, isOptional: Bool, _ compilation: inout Compilation
    ) -> SieveScript? {
        let limits = compilation.options.limits
        if compilation.includes.open.contains(name) {
            compilation.diagnostics.error("\"\(name.name)\" includes itself", at: place)
            return nil
        }
        guard compilation.includes.open.count < limits.includeDepth else {
            compilation.diagnostics.error("included deeper than \(limits.includeDepth) scripts", at: place)
            return nil
        }
        if let known = compilation.includes.compiled[name] { return known }
        guard compilation.includes.count < limits.includeCount else {
            compilation.diagnostics.error("more than \(limits.includeCount) included scripts", at: place)
            return nil
        }
        guard let source = compilation.options.included(name.location, name.name) else {
            if !isOptional {
                compilation.diagnostics.error(
                    "there is no \(name.location) script \"\(name.name)\"", at: place)
            }
            return nil
        }
        return compile(source, name, at: place, &compilation)
    }

    private static func compile(
        _ source: [UInt8], _ name: IncludedName, at place: ScriptPlace, _ compilation: inout Compilation
    ) -> SieveScript? {
        var stack = compilation.includes
        stack.open.append(name)
        stack.count += 1
        let (script, inner) = SieveScript.compile(
            source, name: name.file, compilation.options, stack)
        let open = compilation.includes.open
        compilation.includes = inner.includes
        compilation.includes.open = open
        compilation.includes.compiled[name] = .some(script)
        compilation.facts.add(inner.facts)
        compilation.diagnostics.add(inner.diagnostics.sorted)
        if script == nil { compilation.diagnostics.error("\"\(name.name)\" has errors", at: place) }
        return script
    }
}
