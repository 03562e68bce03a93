import PosternTestSupport
import Testing

@testable import SieveEngine

@Suite struct DetectorTests {
    private func values(_ detector: Detector, _ text: String, window: Int = .max) -> [String] {
        var scan = DetectorScan([detector])
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            scan.take(rest.prefix(window))
            rest = rest.dropFirst(window)
        }
        scan.finish()
        return scan.detections.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// Numbers that the issuers give for tests.
    @Test(arguments: [
        ("4111 1111 1111 1111", ["4111111111111111"]), ("4111-1111-1111-1111.", ["4111111111111111"]),
        ("x: 378282246310005, 5555555555554444", ["378282246310005", "5555555555554444"]),
        ("6011111111111117 3530111333300000", []),
        ("6011111111111117\n3530111333300000", ["6011111111111117", "3530111333300000"]),
        ("30569309025904", ["30569309025904"]), ("2223003122003222", ["2223003122003222"]),
        ("4111111111111112", []), ("9111111111111111", []), ("14111111111111111", []),
        ("41111111111111111", []), ("a4111111111111111", []), ("4111111111111111a", []),
        ("4111  1111 1111 1111", []), ("0000000000000000", []), ("4111111111111111 4111111111111111", []),
        ("4111111111111111, 4111 1111 1111 1111", ["4111111111111111"]),
        ("5105 1051 0510 5100", ["5105105105105100"]),
    ])
    func `card numbers`(_ text: String, _ expected: [String]) {
        #expect(values(.cardNumber, text) == expected)
    }

    @Test(arguments: [
        ("DE89 3704 0044 0532 0130 00", ["DE89370400440532013000"]),
        ("iban:gb29nwbk60161331926819;", ["GB29NWBK60161331926819"]),
        ("NO9386011117947", ["NO9386011117947"]),
        ("MT84MALT011000012345MTLCAST001S", ["MT84MALT011000012345MTLCAST001S"]),
        ("DE88370400440532013000", []), ("DE893704004405320130001", []), ("XDE89370400440532013000", []),
        ("XX89370400440532013000", []), ("DE8937040044", []), ("DE89 3704  0044 0532 0130 00", []),
    ])
    func `bank accounts`(_ text: String, _ expected: [String]) { #expect(values(.iban, text) == expected) }

    @Test(arguments: [
        (Detector.socialSecurityUS, "123-45-6789", ["123456789"]),
        (.socialSecurityUS, "123 45 6789", ["123456789"]), (.socialSecurityUS, "123456789", []),
        (.socialSecurityUS, "123-45 6789", []),
        (.socialSecurityUS, "000-45-6789", []), (.socialSecurityUS, "666-45-6789", []),
        (.socialSecurityUS, "900-45-6789", []), (.socialSecurityUS, "123-00-6789", []),
        (.socialSecurityUS, "123-45-0000", []), (.socialSecurityUS, "1-123-45-6789", []),
        (.socialSecurityUS, "123-45-67890", []), (.citizenServiceNL, "111222333", ["111222333"]),
        (.citizenServiceNL, "BSN 1112.22.333", []), (.citizenServiceNL, "123456782", ["123456782"]),
        (.citizenServiceNL, "123456789", []), (.citizenServiceNL, "1112223330", []),
        (.citizenServiceNL, "000000000", []),
        (.privateKey, "x\n-----BEGIN RSA PRIVATE KEY-----\nMII", ["-----BEGIN RSA PRIVATE KEY-----"]),
        (.privateKey, "-----BEGIN PUBLIC KEY-----", []),
        (.privateKey, "------BEGIN PRIVATE KEY-----", ["-----BEGIN PRIVATE KEY-----"]),
    ])
    func `numbers of persons, and keys`(_ detector: Detector, _ text: String, _ expected: [String]) {
        #expect(values(detector, text) == expected)
    }

    @Test func `values are found wherever the windows end, and counted once`() {
        let filler = String(repeating: "Lorem 12 ipsum ", count: 30)
        let text =
            filler + "4111 1111 1111 1111 " + filler + "(5555-5555-5555-4444)" + filler + "4111111111111111"
        for window in [1, 7, 64, 200, 5000] {
            #expect(
                values(.cardNumber, text, window: window) == ["4111111111111111", "5555555555554444"],
                "\(window)")
        }
    }

    @Test func `several detectors share a pass, and texts do not run into each other`() {
        var scan = DetectorScan(Set(Detector.allCases))
        scan.take(Array("DE89370400440532013000 411111111111".utf8)[...])
        scan.finish()
        scan.take(Array("1111 -----BEGIN PRIVATE KEY-----".utf8)[...])
        scan.finish()
        #expect(scan.detections.map(\.detector) == [.iban, .privateKey])
        #expect(scan.count(of: .iban) == 1)
    }

    @Test func `a log sees no more than the ends`() {
        func masked(_ detector: Detector, _ value: String) -> String {
            Detection(detector: detector, value: Array(value.utf8)).masked
        }
        #expect(masked(.cardNumber, "4111111111111111") == "4111********1111")
        #expect(masked(.iban, "DE89370400440532013000") == "DE89**************3000")
        #expect(masked(.socialSecurityUS, "123456789") == "*******89")
    }

    @Test func `no bytes are too strange, and values are no more than the limit`() {
        var random = SeededRandom(seed: 7812)
        var scan = DetectorScan(Set(Detector.allCases))
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in
                Array("0123456789 -DE4\n-\u{FF}".utf8).randomElement(using: &random)
            }
            scan.take(noise[...])
        }
        scan.finish()
        #expect(scan.detections.count <= Limits.detectionCount)
    }
}
