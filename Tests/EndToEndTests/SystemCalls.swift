import Foundation

/// A record of strace (-f -y): each call with the line where it began and the one where it was done.
struct SystemCalls {
    struct Call {
        let name: String
        var text: String
        /// The line where it began.
        let began: Int
        /// The line where it was done.
        var done: Int

        /// The path of the descriptor it worked on, as -y shows it.
        var path: Substring { text.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" } }
        var isSync: Bool { (name == "fsync" || name == "fdatasync") && text.hasSuffix("= 0") }
        var isInput: Bool { ["read", "recvfrom", "recvmsg", "readv"].contains(name) }
        var isOutput: Bool { ["write", "sendto", "sendmsg", "writev"].contains(name) }
    }

    private var calls: [Call] = []

    init(of file: URL) throws {
        var unfinished: [Substring: Int] = [:]
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        for (number, line) in lines.enumerated() {
            let thread = line.prefix { $0 != " " }
            let text = line.dropFirst(thread.count).drop { $0 == " " }
            if text.hasPrefix("<... "), let index = unfinished.removeValue(forKey: thread) {
                calls[index].text += text
                calls[index].done = number
            } else if let parenthesis = text.firstIndex(of: "(") {
                if text.hasSuffix("<unfinished ...>") { unfinished[thread] = calls.count }
                calls.append(
                    Call(name: String(text[..<parenthesis]), text: String(text), began: number, done: number))
            }
        }
    }

    /// The first call that matches.
    func first(_ matches: (Call) -> Bool) -> Call? { calls.first(where: matches) }
}
