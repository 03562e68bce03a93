/// The entry of libFuzzer for programs that have a main function of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Hands the program over to libFuzzer, which calls `test` with input after input. The library also asks
/// for a symbol `LLVMFuzzerTestOneInput`, so every fuzzer exports its `test` under that name.
public func runFuzzer(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt {
    var (argumentCount, arguments) = (argumentCount, arguments)
    return runDriver(&argumentCount, &arguments, test)
}

/// The input as an array.
public func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// The input cut into chunks of up to 8 bytes, whose sizes follow from the input itself.
public func chunks(_ bytes: [UInt8]) -> [[UInt8]] {
    var chunks: [[UInt8]] = []
    var rest = bytes[...]
    while let first = rest.first {
        let chunk = rest.prefix(Int(first % 8) + 1)
        chunks.append(Array(chunk))
        rest = rest.dropFirst(chunk.count)
    }
    return chunks
}
