import MailSyntax

/// Text that is added to the end of a message's own text: to its first text/plain and its first text/html part.
///
///     let disclaimer = Disclaimer(text: "Example GmbH", html: nil)
///     guard Disclaimer.obstacle(in: structure) == nil else { … }
///     for index in disclaimer.places(in: structure) {
///         edits += disclaimer.edits(of: part, body: the part's body) ?? []
///     }
///     let pieces = edits.pieces(ofMessage: byteCount)
///
/// The part keeps its transfer encoding and character set if that has all the characters, and then all
/// else stays byte for byte; where it has not, this part is written anew in UTF-8.
package struct Disclaimer: Sendable {
    /// Why a message stays as it is.
    package enum Obstacle: String, Sendable {
        case signed = "the message is signed"
        case encrypted = "the message is encrypted"
    }

    /// Longest body of a part that is edited, in bytes.
    package static let bodyByteCountLimit = Limits.disclaimedBodyByteCount

    private let text: [UInt8]
    private let html: [UInt8]

    /// Both as UTF-8; without `html` the text is shown in HTML line by line.
    package init(text: String, html: String?) {
        self.text = DisclaimerText.crlfLines(Array(text.utf8))
        self.html = DisclaimerText.ascii(
            DisclaimerText.crlfLines(Array((html ?? DisclaimerText.html(text)).utf8)))
    }

    /// Why nothing may be added; nil: it may.
    package static func obstacle(in structure: MIMEStructure) -> Obstacle? {
        for part in structure.parts {
            switch part.type.name {
            case "multipart/signed", "application/pkcs7-signature", "application/x-pkcs7-signature",
                "application/pgp-signature":
                return .signed
            case "multipart/encrypted", "application/pgp-encrypted": return .encrypted
            case "application/pkcs7-mime", "application/x-pkcs7-mime":
                let kind = part.type.parameters["smime-type"].map(ASCII.lowercased)
                return kind == "signed-data" ? .signed : .encrypted
            default: continue
            }
        }
        return nil
    }

    /// The parts to edit: what is shown as the message's own text. Attachments and messages within are not.
    package func places(in structure: MIMEStructure) -> [Int] {
        ["text/plain", "text/html"].compactMap { name in
            structure.parts.indices.first { index in
                let part = structure.parts[index]
                return part.type.name == name && part.disposition?.kind != "attachment"
                    && part.body.count <= Self.bodyByteCountLimit && !structure.isInMessage(index)
            }
        }.sorted()
    }

    /// The edits that add the text to a part; nil: the part holds a signed or an encrypted text, or text in an
    /// unknown character set that has not all the characters. `body` holds the bytes of `part.body`.
    package func edits(of part: MIMEPart, body: ArraySlice<UInt8>) -> [MessageEdit]? {
        // Without an empty line before it, what is added might be read as header.
        guard part.body.lowerBound > part.header.upperBound else { return nil }
        let content = PartReader.read(body, of: part, as: .content)
        if DisclaimerText.holdsArmour(content) { return nil }
        let isHTML = part.type.subtype == "html"
        let charset = part.type.charset
        guard let addition = addition(for: part, isHTML: isHTML) else {
            guard charset != nil || part.type.parameters["charset"] == nil else { return nil }
            return rewritten(part, content, adding: isHTML ? html : text, charset: charset, isHTML: isHTML)
        }
        if part.encoding != .base64, let place = place(in: body, isHTML: isHTML),
            part.encoding == .quotedPrintable || addition.allSatisfy({ $0 < 0x80 })
                || content.contains(where: { $0 >= 0x80 })
        {
            let inserted = DisclaimerText.fitted(addition, into: body, at: place)
            let bytes = part.encoding == .quotedPrintable ? QuotedPrintable.encode(inserted[...]) : inserted
            let offset = part.body.lowerBound + place - body.startIndex
            return [MessageEdit(offset..<offset, bytes)]
        }
        return recoded(part, content, adding: addition, isHTML: isHTML)
    }

    /// The text in the part's character set; nil: it lacks characters, or is not based on ASCII.
    private func addition(for part: MIMEPart, isHTML: Bool) -> [UInt8]? {
        let isASCII = isHTML || text.allSatisfy { $0 < 0x80 }
        guard let charset = part.type.charset else { return isASCII ? (isHTML ? html : text) : nil }
        if isASCII { return charset.isASCIIBased ? (isHTML ? html : text) : nil }
        return charset.encode(text)
    }

    /// Where the text goes: the end, or before the last `</body`. nil: it does not show.
    private func place(in bytes: ArraySlice<UInt8>, isHTML: Bool) -> Int? {
        guard isHTML else { return bytes.endIndex }
        return DisclaimerText.endOfBody(bytes)
    }

    /// The body with the text in it, encoded anew.
    private func recoded(
        _ part: MIMEPart, _ content: [UInt8], adding addition: [UInt8], isHTML: Bool
    ) -> [MessageEdit] {
        let whole = inserting(addition, into: content, isHTML: isHTML)
        let encoded = encode(whole, for: part)
        guard part.encoding == .identity else { return [MessageEdit(part.body, encoded)] }
        return PartHeader.edits(of: part, type: nil, encoding: "quoted-printable") + [
            MessageEdit(part.body, encoded)
        ]
    }

    /// The same in UTF-8.
    private func rewritten(
        _ part: MIMEPart, _ content: [UInt8], adding addition: [UInt8], charset: Charset?, isHTML: Bool
    ) -> [MessageEdit] {
        let assumed = String(validating: content, as: UTF8.self) == nil ? Charset(name: "windows-1252") : nil
        let utf8 = (charset ?? assumed)?.utf8(content) ?? content
        let whole = inserting(addition, into: utf8, isHTML: isHTML)
        let encoding = part.encoding == .base64 ? "base64" : "quoted-printable"
        let type = part.type.value(withCharset: "utf-8")
        return PartHeader.edits(of: part, type: type, encoding: encoding)
            + [MessageEdit(part.body, encode(whole, for: part))]
    }

    private func inserting(_ addition: [UInt8], into content: [UInt8], isHTML: Bool) -> [UInt8] {
        let place = place(in: content[...], isHTML: isHTML) ?? content.endIndex
        return content[..<place] + DisclaimerText.fitted(addition, into: content[...], at: place)
            + content[place...]
    }

    private func encode(_ content: [UInt8], for part: MIMEPart) -> [UInt8] {
        part.encoding == .base64
            ? Base64.encodeLines(content[...])
            : QuotedPrintable.encode(DisclaimerText.crlfLines(content)[...])
    }
}

extension MIMEStructure {
    /// The part belongs to a message within the message.
    func isInMessage(_ index: Int) -> Bool {
        var parent = parts[index].parent
        while let place = parent {
            if parts[place].type.isMessage { return true }
            parent = parts[place].parent
        }
        return false
    }
}
