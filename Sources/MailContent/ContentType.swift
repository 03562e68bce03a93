/// The value of Content-Type: `text/plain; charset=utf-8` (RFC 2045 section 5.1).
package struct ContentType: Hashable, Sendable {
    /// In lower case: `text`.
    package let type: String
    /// In lower case: `plain`.
    package let subtype: String
    /// What stands behind it.
    package let parameters: MIMEParameters

    /// Reads a value as on the wire; nil: it names no type and subtype.
    package init?(_ value: ArraySlice<UInt8>) {
        var reader = ParameterReader(value.prefix(Limits.structuredFieldByteCount))
        guard let type = reader.token(), reader.take(ASCII.slash), let subtype = reader.token() else {
            return nil
        }
        self.type = type
        self.subtype = subtype
        parameters = reader.parameters()
    }

    private init(_ type: String, _ subtype: String) {
        self.type = type
        self.subtype = subtype
        parameters = MIMEParameters()
    }

    /// What a part without Content-Type is (RFC 2045 section 5.2).
    package static let plainText = ContentType("text", "plain")
    /// The same in a digest (RFC 2046 section 5.1.5).
    static let message = ContentType("message", "rfc822")

    /// `text/plain`
    package var name: String { type + "/" + subtype }
    /// The parts lie between boundaries.
    package var isMultipart: Bool { type == "multipart" }
    /// Text with tags.
    package var isHTML: Bool { name == "text/html" || name == "application/xhtml+xml" }
    /// A whole message is the content.
    package var isMessage: Bool { type == "message" && (subtype == "rfc822" || subtype == "global") }

    /// The boundary, if it can be one.
    var boundary: [UInt8]? {
        guard let boundary = parameters["boundary"], !boundary.isEmpty,
            boundary.count <= Limits.boundaryByteCount
        else { return nil }
        return boundary
    }
}

/// The value of Content-Disposition: `attachment; filename="a.pdf"` (RFC 2183).
package struct ContentDisposition: Hashable, Sendable {
    /// In lower case: `attachment`.
    package let kind: String
    /// What stands behind it.
    package let parameters: MIMEParameters

    /// Reads a value as on the wire; nil: it begins with no word.
    package init?(_ value: ArraySlice<UInt8>) {
        var reader = ParameterReader(value.prefix(Limits.structuredFieldByteCount))
        guard let kind = reader.token() else { return nil }
        self.kind = kind
        parameters = reader.parameters()
    }
}
