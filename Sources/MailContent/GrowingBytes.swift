extension [UInt8] {
    /// Makes room for more bytes. `reserveCapacity` gives just what is asked for, so that a text that grows window by
    /// window would be copied for each; this doubles what there is.
    mutating func makeRoom(forMore byteCount: Int) {
        guard capacity - count < byteCount else { return }
        reserveCapacity(Swift.max(count + byteCount, 2 * capacity))
    }
}
