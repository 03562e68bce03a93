import Testing

@testable import MailSpool

@Suite struct ChecksumTests {
    @Test func `the checksum is CRC-32C`() {
        var checksum = Checksum()
        checksum.update(Array("123456789".utf8))
        #expect(checksum.value == 0xE306_9283)
    }

    @Test func `it does not matter how the bytes are cut`() {
        let bytes = Samples.message(100)
        var whole = Checksum()
        whole.update(bytes)
        for cut in 0...100 {
            var parts = Checksum()
            parts.update(bytes[..<cut])
            parts.update(bytes[cut...])
            #expect(parts.value == whole.value)
        }
    }
}
