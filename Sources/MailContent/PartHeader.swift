import MailSyntax

/// Changes the header of a part, field by field.
enum PartHeader {
    /// Content-Type, if given, and Content-Transfer-Encoding anew, in the place of those that are there.
    static func edits(of part: MIMEPart, type: String?, encoding: String) -> [MessageEdit] {
        var fresh = ["Content-Transfer-Encoding: \(encoding)\r\n"]
        if let type { fresh.append("Content-Type: \(type)\r\n") }
        return fresh.flatMap { field in
            let old = part.fields.fields(named: String(field.prefix { $0 != ":" })).map { old in
                old.range.lowerBound + part.header.lowerBound..<old.range.upperBound + part.header.lowerBound
            }
            let end = part.header.upperBound
            return [MessageEdit(old.first ?? end..<end, Array(field.utf8))]
                + old.dropFirst().map { MessageEdit($0, []) }
        }
    }
}

extension ContentType {
    /// The value with another character set and all its other parameters.
    func value(withCharset charset: String) -> String {
        var value = "\(name); charset=\(charset)"
        for name in parameters.names where name != "charset" {
            guard let bytes = parameters[name], bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                continue
            }
            let escaped = bytes.flatMap {
                $0 == ASCII.quote || $0 == ASCII.backslash ? [ASCII.backslash, $0] : [$0]
            }
            value += "; \(name)=\"\(String(decoding: escaped, as: UTF8.self))\""
        }
        return value
    }
}
