import FuzzSupport
import MailSyntax

/// The fields lie one behind the other from the first byte on, each value in its field; a report can
/// be composed of any message.
private func check(_ input: [UInt8]) {
    let block = HeaderBlock(input)
    var place = 0
    for field in block.fields {
        precondition(field.range.lowerBound == place && !field.range.isEmpty && !field.name.isEmpty)
        precondition(field.range.lowerBound < field.valueRange.lowerBound)
        precondition(field.valueRange.upperBound <= field.range.upperBound)
        place = field.range.upperBound
        let value = HeaderBlock.unfold(input[field.valueRange])
        _ = MailboxList.addresses(in: input[field.valueRange])
        let composed = HeaderComposer.field(field.name, value)
        precondition(HeaderBlock(composed).fields.count == 1)
    }
    precondition(block.byteCount == place)
    precondition((place...input.count).contains(block.bodyOffset) && block.bodyOffset - place <= 2)
    let report = report(on: input)
    let fields = HeaderBlock(report.compose())
    precondition(fields.first(named: "Content-Type") != nil && fields.fields.count <= 11)
}

private func report(on message: [UInt8]) -> DeliveryReport {
    let time = Timestamp(millisecondsSince1970: 1_795_251_600_000)
    let address = Address(localPart: "ann", domain: "x.example")
    let text = String(decoding: message.prefix(200), as: UTF8.self)
    let fate = DeliveryReport.Fate(
        recipient: Recipient(address, originalRecipient: text), status: EnhancedStatus(5, 0, 0),
        remoteHost: text,
        reply: text, reason: text)
    return DeliveryReport(
        kind: .failure, hostname: "relay.example", from: address, to: address, fates: [fate],
        envelopeID: text,
        arrivedAt: time, writtenAt: time, message: message, messageByteCount: message.count, token: "t")
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzHeader_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
