/// What Package.swift declares, read as text: a target's name and the names that it may import.
enum Manifest {
    /// Products of packages by the name that Package.swift gives them.
    private static let products = [
        "nioCore": "NIOCore", "nioPosix": "NIOPosix", "nioHTTP1": "NIOHTTP1", "collections": "HeapModule",
        "deque": "DequeModule", "arguments": "ArgumentParser",
    ]

    /// Each target of `Sources` with what it uses.
    static func modules() throws -> [String: Set<String>] {
        let text = try Project.text(of: "Package.swift").split(separator: "\n").joined(separator: " ")
        var modules: [String: Set<String>] = [:]
        let calls = #/(?:module|system)\(\s*"(?<name>\w+)"(?<rest>.*?)\)\s*,/#
        let executable = #/executableTarget\(\s*name: "(?<name>\w+)",\s*dependencies: \[(?<rest>.*?)\]/#
        for match in text.matches(of: calls) {
            modules[String(match.name)] = names(in: match.rest)
        }
        for match in text.matches(of: executable) { modules[String(match.name)] = names(in: match.rest) }
        return modules
    }

    /// The packages that Package.swift names.
    static func packages() throws -> [String] {
        try Project.text(of: "Package.swift").matches(of: #/\.package\(url: "[^"]*/(?<name>[^"/]+)"/#)
            .map { String($0.name) }
    }

    /// The system's packages that Package.swift names.
    static func systemPackages() throws -> [String] {
        try Project.text(of: "Package.swift").matches(of: #/pkgConfig: "[^"]*", package: "(?<name>[^"]+)"/#)
            .map { String($0.name) }
    }

    private static func names(in text: Substring) -> Set<String> {
        Set(text.matches(of: #/\w+/#).map { products[String($0.output)] ?? String($0.output) })
            .subtracting(["uses", "pkgConfig", "package"])
    }
}
