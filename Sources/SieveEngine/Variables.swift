/// The values of variables while scripts run (RFC 5229, RFC 6609 section 3.4).
struct Variables: Sendable {
    /// Of the script that runs, by slot.
    private var locals: [[UInt8]] = []
    private var globals: [String: [UInt8]] = [:]
    /// The last match: the whole of it, then what each `*`, `?` or group stood for.
    var matchValues: [[UInt8]] = []

    subscript(_ variable: Variable) -> [UInt8] {
        switch variable {
        case .local(let slot): locals[slot]
        case .global(let name): globals[name] ?? []
        }
    }

    mutating func set(_ variable: Variable, _ value: [UInt8]) {
        switch variable {
        case .local(let slot): locals[slot] = value
        case .global(let name): globals[name] = value
        }
    }

    /// What a script has for itself (RFC 6609 section 3.4).
    struct Scope: Sendable {
        fileprivate let locals: [[UInt8]]
        fileprivate let matchValues: [[UInt8]]
    }

    /// Gives a script a table of its own; what the caller had is handed back for `leave`.
    mutating func enter(variableCount: Int) -> Scope {
        let outer = Scope(locals: locals, matchValues: matchValues)
        locals = Array(repeating: [], count: variableCount)
        matchValues = []
        return outer
    }

    mutating func leave(to outer: Scope) { (locals, matchValues) = (outer.locals, outer.matchValues) }

    /// The text with the values put in.
    func expanded(_ string: ScriptString) -> [UInt8] {
        if let constant = string.constant { return constant }
        var text: [UInt8] = []
        for part in string.parts {
            switch part {
            case .text(let bytes): text += bytes
            case .variable(let variable): text += self[variable]
            case .matchValue(let number): if number < matchValues.count { text += matchValues[number] }
            }
        }
        return text
    }
}
