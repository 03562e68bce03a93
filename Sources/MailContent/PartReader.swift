/// Reads a part's content from its bytes on the wire, which come in windows of any size; never holds
/// more than a window.
///
///     var reader = PartReader(part, as: .text)
///     for each window of part.body { reader.take(window, into: &text) }
///     reader.finish(into: &text)
package struct PartReader {
    /// What is wanted of a part.
    package enum Form: Sendable {
        /// Without transfer encoding.
        case content
        /// The same as UTF-8 if the part is text.
        case utf8
        /// The same without the tags of HTML: what a person reads.
        case text
    }

    private var transfer: TransferDecoder
    private var charset: CharsetDecoder?
    private var html: HTMLText?
    private var content: [UInt8] = []
    private var decoded: [UInt8] = []

    /// A reader that has seen nothing of the part.
    package init(_ part: MIMEPart, as form: Form) {
        transfer = TransferDecoder(part.encoding)
        guard form != .content, part.type.type == "text" || part.type.isHTML else { return }
        charset = CharsetDecoder(part.type.charset)
        if form == .text, part.type.isHTML { html = HTMLText() }
    }

    /// Takes the next bytes of the part's body and appends what they stand for.
    package mutating func take(_ window: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard charset != nil || html != nil else {
            transfer.decode(window, into: &output)
            return
        }
        content.removeAll(keepingCapacity: true)
        transfer.decode(window, into: &content)
        convert(isLast: false, into: &output)
    }

    /// Appends what was waiting for more; there must be no more.
    package mutating func finish(into output: inout [UInt8]) {
        guard charset != nil || html != nil else {
            transfer.finish(into: &output)
            return
        }
        content.removeAll(keepingCapacity: true)
        transfer.finish(into: &content)
        convert(isLast: true, into: &output)
        html?.finish(into: &output)
    }

    /// From `content` on.
    private mutating func convert(isLast: Bool, into output: inout [UInt8]) {
        guard html != nil else {
            charset?.decode(content[...], isLast: isLast, into: &output)
            return
        }
        if charset == nil {
            html?.take(content[...], into: &output)
        } else {
            decoded.removeAll(keepingCapacity: true)
            charset?.decode(content[...], isLast: isLast, into: &decoded)
            html?.take(decoded[...], into: &output)
        }
    }

    /// The content of a part that is in memory as a whole.
    package static func read(_ body: ArraySlice<UInt8>, of part: MIMEPart, as form: Form) -> [UInt8] {
        var output: [UInt8] = []
        var reader = PartReader(part, as: form)
        reader.take(body, into: &output)
        reader.finish(into: &output)
        return output
    }
}
