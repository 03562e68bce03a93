import SieveEngine

/// The settings of `test_config_set` as the engine's own, by the names that they have in the files of others.
struct BenchSettings {
    private let settings: [String: String]

    init(_ settings: [String: String]) { self.settings = settings }

    var limits: SieveLimits {
        var limits = SieveLimits()
        // Files that ask for these bounds were written for a smaller default.
        limits.variableByteCount =
            number("sieve_variables_max_variable_size") ?? number("sieve_variables_max_value_size") ?? 4096
        limits.includeDepth = number("sieve_include_max_nesting_depth") ?? limits.includeDepth
        limits.includeCount = number("sieve_include_max_includes") ?? limits.includeCount
        limits.noticeCount = number("sieve_notify_max_notifications") ?? limits.noticeCount
        limits.redirectCount = number("sieve_max_redirects") ?? 4
        return limits
    }

    /// The names of header fields with `forbid_add` or `forbid_delete`; a subject is not to be protected.
    func fields(with rule: String) -> Set<String> {
        let names = (settings["sieve_editheader_header"] ?? "").split(separator: " ")
        let ruled = names.filter { settings["sieve_editheader_header/\($0)/\(rule)"] == "yes" }
        return Set(ruled.map { $0.lowercased() }).subtracting(["subject"])
    }

    /// Names of lists, and the paths of their files; nil: a list without any.
    var lists: [(name: String, path: String?)] {
        (settings["sieve_extlists_list"] ?? "").split(separator: " ").map { name in
            (String(name), settings["sieve_extlists_list/\(name)/dict/file/path"])
        }
    }

    var subaddressSeparators: [UInt8] { Array((settings["recipient_delimiter"] ?? "+").utf8) }

    /// `sender`, `recipient`, `orig_recipient`, `user_email`, `<address>`
    var redirectSender: String { trimmed("sieve_redirect_envelope_from") ?? "sender" }
    var noticeSender: String? { trimmed("sieve_notify_mailto_envelope_from") }
    var userAddress: String? { trimmed("sieve_user_email") }

    private func trimmed(_ key: String) -> String? {
        settings[key].map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }

    private func number(_ key: String) -> Int? { settings[key].flatMap { Int($0) } }
}
