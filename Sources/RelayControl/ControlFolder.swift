import Glibc

/// The folder of the control socket.
enum ControlFolder {
    /// Makes it, 0755, if it is missing; what goes wrong shows when the socket is bound.
    static func make(for path: String) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        // The umask may have taken the rights of others away.
        if mkdir(folder, 0o755) == 0 { chmod(folder, 0o755) }
    }
}
