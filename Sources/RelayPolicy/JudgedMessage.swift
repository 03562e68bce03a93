package import MailSyntax

/// A message that is to be judged, and all that is known of it.
package struct JudgedMessage: Sendable {
    /// Why it is judged.
    package enum Occasion: String, Hashable, Sendable {
        /// The client waits for the answer.
        case arrival = "data"
        /// A person lets it go from where it was held.
        case release
    }

    /// The envelope after aliases and `sender_rewrite`.
    package var envelope: Envelope
    package var origin: Origin
    /// The front of the message as received: at least its header.
    package var head: [UInt8]
    /// The whole message as received.
    package var byteCount: Int
    /// The ID that it has in the spool, or will have.
    package var id = ""
    package var occasion = Occasion.arrival
    /// Reads a range of the message as received. May block, and is asked only where `Policy.place` says that it may.
    package var read: @Sendable (Range<Int>) -> [UInt8]

    package init(
        envelope: Envelope, origin: Origin, head: [UInt8], byteCount: Int,
        read: @escaping @Sendable (Range<Int>) -> [UInt8]
    ) {
        self.envelope = envelope
        self.origin = origin
        self.head = head
        self.byteCount = byteCount
        self.read = read
    }

    /// A message that is in memory.
    package init(_ bytes: [UInt8], envelope: Envelope, origin: Origin) {
        self.init(envelope: envelope, origin: origin, head: bytes, byteCount: bytes.count) {
            Array(bytes[$0])
        }
    }
}
