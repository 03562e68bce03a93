/// What HTTPExchange bounds.
package enum Limits {
    /// Request line and header fields together; NIO counts each of the two.
    static let headByteCount = 16 * 1024
    static let headerFieldCount = 100
    /// Body of a request, unless the server is told otherwise.
    package static let requestBodyByteCount = 1 << 20
    /// Body of a response that the client keeps in memory.
    package static let responseBodyByteCount = 64 << 20
    /// A request must be there whole so soon after the connection or the answer before it.
    package static let requestPatience = Duration.seconds(10)
    /// How long a response may wait for a peer that takes nothing.
    package static let responsePatience = Duration.seconds(30)
    /// What a peer still sends after the last answer is thrown away for so long, and up to so many bytes.
    package static let lingerPatience = Duration.seconds(2)
    static let lingerByteCount = 4 << 20
    /// Connections served at the same time; more are closed at once.
    static let connectionCount = 64
    /// And of one user, at a unix socket: nobody alone can keep the others out.
    static let connectionCountPerUser = 32
}
