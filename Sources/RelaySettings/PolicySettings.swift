/// Who judges mail, and what becomes of it when judging goes wrong.
package struct PolicySettings: Hashable, Sendable {
    /// What a script's run-time error does to the message.
    package enum ErrorAction: String, Hashable, Sendable, CaseIterable {
        case hold
        case tempfail
        case reject
    }

    /// What one refused recipient means for the others.
    package enum RejectScope: String, Hashable, Sendable, CaseIterable {
        /// The whole message is refused.
        case message
        /// The others go; a report tells of the refused.
        case recipient
    }

    /// What a person's release means where they do not say.
    package enum ReleaseAction: String, Hashable, Sendable, CaseIterable {
        /// It goes as it was held.
        case send
        /// The scripts of today judge it once more.
        case judge
    }

    /// Absolute paths of Sieve scripts, run in this order for each recipient at the end of a message.
    package var scripts: [String] = []
    /// The same for RCPT, before there is a message.
    package var recipientScripts: [String] = []
    package var onError = ErrorAction.hold
    package var rejectScope = RejectScope.message
    /// The whole of judging a message, programs among it.
    package var timeout = Duration.seconds(60)
    package var hold = HoldSettings()
    package var onRelease = ReleaseAction.send
    /// Files with an entry a line, by the name that scripts call them.
    package var lists: [String: String] = [:]
    /// Patterns that `detect` looks for, by name.
    package var patterns: [String: String] = [:]
    /// Maildirs that `fileinto` may name.
    package var folders: [String: String] = [:]
    /// The folder of what `execute` and `filter` may run; nil: nothing.
    package var programFolder: String?
    /// One program from its start to its end.
    package var programTimeout = Duration.seconds(10)

    package init() {}
}

extension PolicySettings {
    static let keys: [Key<PolicySettings>] = [
        Key("scripts", \.scripts, .list(.script)),
        Key("recipient_scripts", \.recipientScripts, .list(.script)),
        Key("on_error", \.onError, .choice()),
        Key("reject_scope", \.rejectScope, .choice()),
        Key("timeout", \.timeout, .duration(.seconds(1) ... .seconds(3600))),
        Key("hold", section: \.hold, HoldSettings.keys),
        Key("on_release", \.onRelease, .choice()),
        Key("lists", \.lists, .byName(.file)),
        Key("patterns", \.patterns, .byName(.pattern)),
        Key("folders", \.folders, .byName(.path())),
        Key("programs", orNull: \.programFolder, .programFolder),
        Key("program_timeout", \.programTimeout, .duration(.seconds(1) ... .seconds(600))),
    ]
}

extension Reader where Value == [String: String] {
    /// A mapping of names that the administrator chooses to texts.
    fileprivate static func byName(_ each: Reader<String>) -> Reader {
        Reader { item, reading in
            if item.node.isNull { return [:] }
            guard let entries = reading.entries(of: item) else { return nil }
            guard entries.count <= Limits.itemCount else {
                reading.error(item, "more than \(Limits.itemCount) names")
                return nil
            }
            return entries.reduce(into: [:]) { texts, entry in
                let child = item.named(entry)
                if !isName(entry.key.text) {
                    let text = "a name is 1 to \(Limits.nameByteCount) letters, digits, -, _ and ."
                    reading.error("\(child.path): \(text)", at: entry.key.place)
                }
                texts[entry.key.text] = each.read(child, &reading)
            }
        }
    }
}

extension Reader where Value == String {
    fileprivate static var pattern: Reader {
        .line("a regular expression", byteCountLimit: Limits.patternByteCount)
    }

    /// A folder whose content nobody but root chooses: what lies there runs with what the daemon may do.
    fileprivate static var programFolder: Reader {
        path().checked { path, item, reading in
            guard let status = reading.environment.status(path), status.isFolder else {
                return reading.error(item, "there is no folder \(path)")
            }
            if let fault = status.isOpenToOthers(than: 0) { reading.error(item, "\(path) \(fault)") }
        }
    }
}

extension SettingsEnvironment.Status {
    /// Why somebody beside this user can change it; nil: nobody can.
    package func isOpenToOthers(than owner: UInt32) -> String? {
        if ownerID != owner { return "belongs to uid \(ownerID), and not to root" }
        guard mode & 0o022 != 0 else { return nil }
        return "can be written by others than root (mode 0\(String(mode & 0o777, radix: 8)))"
    }
}
