import MailSyntax

/// An event as one line of logfmt: time, level, event and message, then the POSTERN_ fields in lower case
/// without their prefix.
///
///     time=2026-11-21T09:00:00.000Z level=notice event=held message="held 1A/2 ..." id=1A share=2
package enum Logfmt {
    /// Appends the line with its line feed.
    package static func append(_ event: EventFields, to line: inout [UInt8]) {
        line.append(contentsOf: "time=".utf8)
        line.append(contentsOf: Timestamp(millisecondsSince1970: event.toldAt).rfc3339.utf8)
        line.append(contentsOf: " level=".utf8)
        line.append(contentsOf: event.level.name.utf8)
        appendField(named: "POSTERN_EVENT", as: " event=", of: event, to: &line)
        appendField(named: "MESSAGE", as: " message=", of: event, to: &line)
        for place in event.places { appendOwn(place, of: event.bytes, to: &line) }
        line.append(UInt8(ascii: "\n"))
    }

    private static func appendField(
        named name: String, as label: String, of event: EventFields, to line: inout [UInt8]
    ) {
        guard let place = event.places.first(where: { event.bytes[$0.name].elementsEqual(name.utf8) }) else {
            return
        }
        line.append(contentsOf: label.utf8)
        appendValue(event.bytes[place.value], to: &line)
    }

    /// Appends a POSTERN_ field but the event's name, which stands in front.
    private static func appendOwn(_ place: EventFields.Place, of bytes: [UInt8], to line: inout [UInt8]) {
        let name = bytes[place.name]
        guard name.starts(with: prefix), !name.elementsEqual("POSTERN_EVENT".utf8) else { return }
        line.append(UInt8(ascii: " "))
        for byte in name.dropFirst(prefix.count) {
            line.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
        }
        line.append(UInt8(ascii: "="))
        appendValue(bytes[place.value], to: &line)
    }

    /// Appends a value, in quotes if it is empty or holds a blank, an equals sign, a quote or a backslash.
    private static func appendValue(_ value: ArraySlice<UInt8>, to line: inout [UInt8]) {
        guard value.isEmpty || value.contains(where: needsQuotes) else {
            line.append(contentsOf: value)
            return
        }
        line.append(quote)
        for byte in value {
            if byte == quote || byte == backslash { line.append(backslash) }
            line.append(byte)
        }
        line.append(quote)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "=") || byte == quote || byte == backslash
    }

    private static let prefix = Array("POSTERN_".utf8)
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
}
