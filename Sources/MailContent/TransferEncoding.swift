/// How a part's bytes are encoded for transfer (RFC 2045 section 6).
package enum TransferEncoding: Hashable, Sendable {
    /// 7bit, 8bit and binary, and what nobody knows: the bytes are the content.
    case identity
    case base64
    case quotedPrintable

    /// Reads a value of Content-Transfer-Encoding as on the wire.
    package init(_ value: ArraySlice<UInt8>) {
        var reader = ParameterReader(value.prefix(Limits.structuredFieldByteCount))
        switch reader.token() {
        case "base64": self = .base64
        case "quoted-printable": self = .quotedPrintable
        default: self = .identity
        }
    }
}

/// Takes the transfer encoding off bytes that come in windows.
struct TransferDecoder: Sendable {
    private enum State: Sendable {
        case identity
        case base64(Base64.Decoder)
        case quotedPrintable(QuotedPrintableDecoder)
    }

    private var state: State

    init(_ encoding: TransferEncoding) {
        state =
            switch encoding {
            case .identity: .identity
            case .base64: .base64(Base64.Decoder())
            case .quotedPrintable: .quotedPrintable(QuotedPrintableDecoder())
            }
    }

    /// Appends what the window stands for.
    mutating func decode(_ window: ArraySlice<UInt8>, into output: inout [UInt8]) {
        switch state {
        case .identity: output += window
        case .base64(var decoder):
            decoder.decode(window, into: &output)
            state = .base64(decoder)
        case .quotedPrintable(var decoder):
            state = .identity
            decoder.decode(window, into: &output)
            state = .quotedPrintable(decoder)
        }
    }

    /// Appends what was waiting for more.
    mutating func finish(into output: inout [UInt8]) {
        switch state {
        case .identity: break
        case .base64(var decoder): decoder.finish(into: &output)
        case .quotedPrintable(var decoder): decoder.finish(into: &output)
        }
        state = .identity
    }
}
