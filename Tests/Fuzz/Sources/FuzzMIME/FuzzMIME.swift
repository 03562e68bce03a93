import FuzzSupport
import MailContent
import MailSyntax

/// Every part stands within its parent; windows of any size find the same parts and read the same texts; a disclaimer leaves
/// what it does not touch.
private func check(_ input: [UInt8]) {
    let whole = MIMEStructure(of: input[...])
    let window = Int(input.first ?? 1) % 7 + 1
    var scanner = MIMEScanner()
    for start in stride(from: 0, to: input.count, by: window) {
        scanner.take(input[start..<min(start + window, input.count)])
    }
    let structure = scanner.finish()
    precondition(structure.parts.map(\.range) == whole.parts.map(\.range))
    precondition(whole.parts.count <= Limits.partCount)
    for part in whole.parts {
        precondition(part.range.upperBound <= input.count && part.depth <= Limits.partDepth)
        if let parent = part.parent {
            // An empty one may stand at its end.
            precondition(part.range.clamped(to: whole.parts[parent].range) == part.range)
        }
        read(part, of: input, window)
    }
    disclaim(whole, input)
}

private func read(_ part: MIMEPart, of input: [UInt8], _ window: Int) {
    guard !part.isContainer else { return }
    _ = part.names
    for form in [PartReader.Form.content, .utf8, .text] {
        var reader = PartReader(part, as: form)
        var text: [UInt8] = []
        for start in stride(from: part.body.lowerBound, to: part.body.upperBound, by: window) {
            reader.take(input[start..<min(start + window, part.body.upperBound)], into: &text)
        }
        reader.finish(into: &text)
        precondition(text == PartReader.read(input[part.body], of: part, as: form))
    }
    var scan = AttachmentScan()
    scan.take(PartReader.read(input[part.body], of: part, as: .content)[...])
    precondition(scan.finish().members.count <= Limits.archiveMemberCount + 1)
}

private func disclaim(_ structure: MIMEStructure, _ input: [UInt8]) {
    guard Disclaimer.obstacle(in: structure) == nil else { return }
    let disclaimer = Disclaimer(text: "Example GmbH \u{FC}", html: nil)
    let edits = disclaimer.places(in: structure).flatMap { place in
        disclaimer.edits(of: structure.parts[place], body: input[structure.parts[place].body]) ?? []
    }
    let edited = edits.pieces(ofMessage: input.count).bytes(of: input)
    precondition(edits.isEmpty ? edited == input : !edited.isEmpty)
}

/// Called by libFuzzer with input after input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(bytes(start, count))
    return 0
}

/// The main function that the package manager looks for.
@_cdecl("FuzzMIME_main")
public func main(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    runFuzzer(argumentCount, arguments) { testOneInput($0, $1) }
}
