import Glibc

/// Who runs the program, as the system knows it and no variable of the environment can say otherwise.
package struct LocalUser: Hashable, Sendable {
    /// The login name, or `uid1000` of a user that has none.
    package var name: String
    /// From the first item of the user's GECOS field, where `&` stands for the name.
    package var fullName: String

    package init(name: String, fullName: String) {
        self.name = name
        self.fullName = fullName
    }

    /// The real user of this process.
    package static var current: LocalUser {
        guard let entry = getpwuid(getuid()) else { return LocalUser(name: "uid\(getuid())", fullName: "") }
        let name = String(cString: entry.pointee.pw_name)
        let gecos = entry.pointee.pw_gecos.map { String(cString: $0) } ?? ""
        let first = gecos.prefix { $0 != "," }
        let full = first.split(separator: "&", omittingEmptySubsequences: false)
            .joined(separator: name.prefix(1).uppercased() + name.dropFirst())
        return LocalUser(name: name, fullName: full)
    }
}
