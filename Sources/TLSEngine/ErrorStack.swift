import COpenSSL

/// OpenSSL's error queue of this thread; read and emptied here and nowhere else.
enum ErrorStack {
    /// One entry of the queue.
    struct Entry {
        let code: UInt
        let text: String

        /// The library's number for the reason, comparable with `SSL_R_…` where the library is SSL.
        var reason: Int32 { ERR_GET_REASON(code) }
        var isFromSSL: Bool { ERR_GET_LIB(code) == ERR_LIB_SSL }
    }

    /// Must precede each call whose failure will be explained, or an older failure answers for it.
    static func clear() { ERR_clear_error() }

    /// All entries, the first cause first.
    static func take() -> [Entry] {
        var entries: [Entry] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { return entries }
            entries.append(Entry(code: code, text: text(of: code)))
        }
    }

    /// The reasons in one line.
    static func takeText() -> String {
        let entries = take()
        return entries.isEmpty ? "no reason given" : entries.map(\.text).joined(separator: "; ")
    }

    private static func text(of code: UInt) -> String {
        if let reason = ERR_reason_error_string(code) { return String(cString: reason) }
        // System errors have no reason string: their number is an errno.
        guard ERR_GET_LIB(code) == ERR_LIB_SYS, let text = strerror(ERR_GET_REASON(code)) else {
            return "error \(code)"
        }
        return String(cString: text)
    }
}
