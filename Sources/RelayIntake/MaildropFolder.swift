import Glibc
import RelaySettings

/// The folder in which local users leave mail while the relay is away. Every user may make names in it.
///
/// All functions block.
struct MaildropFolder: Sendable {
    let path: String
    /// Where what is no mail goes.
    let damagedPath: String

    init(_ spool: SpoolSettings) {
        path = spool.maildrop
        damagedPath = spool.directory + "/damaged"
    }

    func path(_ name: String) -> String { path + "/" + name }

    /// The names, oldest first as far as they are ours, at most so many; without those that are left out. Nobody has
    /// left mail where there is no folder.
    func names(besides left: Set<String>) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < Limits.listedDropCount, let found = readdir(folder) {
            let name = withUnsafeBytes(of: &found.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != "..", !left.contains(name) { names.append(name) }
        }
        return names.sorted()
    }

    /// What a name says of its file.
    static func kind(of name: String) -> Kind {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !name.hasPrefix(".") else { return .foreign }
        if name.hasSuffix(MaildropName.finished) { return .mail }
        return name.hasSuffix(MaildropName.draft) ? .draft : .foreign
    }

    enum Kind {
        case mail
        case draft
        case foreign
    }

    /// Removes a name; false if it is still there.
    func remove(_ name: String) -> Bool { unlink(path(name)) == 0 || errno == ENOENT }

    /// Removes a draft whose writer has been silent for so many seconds: it ended without having said that it took
    /// the mail.
    func removeDraft(_ name: String, untouchedSince seconds: Int64) {
        var facts = stat()
        if lstat(path(name), &facts) == 0, Int64(facts.st_mtim.tv_sec) < seconds { unlink(path(name)) }
    }

    /// Moves what is no mail to where a person finds it; nil if it has to stay.
    func setAside(_ name: String) -> String? {
        for number in 0..<Limits.sameNameCount {
            let target = "\(damagedPath)/\(name)" + (number == 0 ? "" : ".\(number)")
            var facts = stat()
            if lstat(target, &facts) == 0 { continue }
            return rename(path(name), target) == 0 ? target : nil
        }
        return nil
    }
}
