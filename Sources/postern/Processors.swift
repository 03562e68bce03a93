import Glibc

/// The processors that this process may run on.
enum Processors {
    static let count: Int = {
        let online = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return min(max(1, online), 64)
    }()
}
