import CSystemd
import Glibc

/// The sockets that systemd opened for this process and passed to it (sd_listen_fds).
package enum SocketActivation {
    /// The descriptors by their names (`FileDescriptorName=`). Once, at the start: takes the variables out of the
    /// environment, so that no child believes that they are meant for it.
    package static func take() -> [String: [Int32]] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        guard count > 0, let names else { return [:] }
        defer { free(names) }
        var sockets: [String: [Int32]] = [:]
        for index in 0..<Int(count) {
            guard let name = names[index] else { break }
            sockets[String(cString: name), default: []].append(firstDescriptor + Int32(index))
            free(name)
        }
        return sockets
    }

    /// SD_LISTEN_FDS_START.
    private static let firstDescriptor: Int32 = 3
}
