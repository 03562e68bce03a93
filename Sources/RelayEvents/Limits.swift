/// The bounds of this module.
enum Limits {
    /// Events that wait for the writer thread, at most; further ones are dropped and counted.
    static let waitingEventCount = 8192
    /// Events formatted and handed to the sink at once.
    static let batchCount = 64
    /// How long the writer lets events gather after it was woken, in microseconds: under load one wake-up
    /// serves all of them, and a reader of the log does not notice.
    static let gatherMicroseconds: UInt32 = 2000
    /// Bytes of one field's value; longer ones are cut. `journalctl -o json` hides values over 4,096.
    static let valueByteCount = 2048
    /// Recipients named in one event; the journal drops entries of over 1,024 fields.
    static let namedRecipientCount = 50
    /// Changed parts of the settings that a reload's event bears, and that its sentence names.
    static let changedPartCount = 100
    static let shownPartCount = 4
    /// Streams counted apart; the configuration names them, so that the bound is never met in earnest.
    static let countedStreamCount = 1024
    /// Smart hosts remembered as not working, for each stream.
    static let troubledSmartHostCount = 64
}
