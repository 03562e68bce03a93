import Glibc

/// Who stands behind root, as `sudo` tells the command and the command tells the daemon.
struct OperatorClaim {
    /// The header field that carries it.
    static let field = "postern-sudo-user"

    let name: String

    /// The claim of a request, if it is a name.
    init?(_ fields: [String: String]) {
        guard let name = fields[Self.field], Self.isName(name) else { return nil }
        self.name = name
    }

    /// What sudo left in the environment: SUDO_USER, else SUDO_UID.
    init?(environment: (String) -> String?) {
        let candidates = [environment("SUDO_USER"), environment("SUDO_UID").map { "uid-\($0)" }]
        guard let name = candidates.lazy.compactMap(\.self).first(where: Self.isName) else { return nil }
        self.name = name
    }

    /// The claim of this process.
    static var own: OperatorClaim? { OperatorClaim { getenv($0).map { String(cString: $0) } } }

    /// Letters, digits and what else user names are made of; nothing that looks like our own words around it.
    private static func isName(_ text: String) -> Bool {
        (1...Limits.operatorNameByteCount).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "._-@$\\+".unicodeScalars.contains(scalar)
            }
    }
}
