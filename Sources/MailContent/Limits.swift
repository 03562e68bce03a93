/// Every bound on what a message can make this module hold or do.
package enum Limits {
    /// Parts of one message, the message itself among them.
    package static let partCount = 1000
    /// Parts within parts; a deeper one is taken for plain bytes, and the list of parts says so.
    package static let partDepth = 32
    /// Bytes kept of the headers of all parts together.
    package static let headerByteCount = 4 << 20
    /// Fields of one part's header, as in MailSyntax.
    static let headerFieldCount = 10_000
    /// Longest name of a header field in bytes, as in MailSyntax.
    static let fieldNameByteCount = 256
    /// Longest boundary in bytes; RFC 2046 section 5.1.1 allows 70.
    static let boundaryByteCount = 500
    /// Longest structured field value (Content-Type and the like) that is read, in bytes.
    static let structuredFieldByteCount = 64 * 1024
    /// Parameters of one field, the pieces of a continued one counted each.
    static let parameterCount = 500
    /// Longest encoded word that is looked for; RFC 2047 section 2 allows 75, many have more.
    static let encodedWordByteCount = 4096
    /// Longest name of a character set.
    static let charsetNameByteCount = 40
    /// Longest reference to a character in HTML, `&` and `;` apart.
    static let entityByteCount = 32
    /// Archives within archives that are looked into.
    static let archiveDepth = 3
    /// Files listed of one attachment.
    package static let archiveMemberCount = 10_000
    /// What decompression of one attachment may come to, in bytes.
    package static let inflatedByteCount = 256 << 20
    /// Bytes of an archive that are read at once: they may come to a thousand times as many.
    static let archiveWindowByteCount = 2048
    /// Longest body of a text part that a disclaimer is added to, in bytes.
    static let disclaimedBodyByteCount = 4 << 20
}
