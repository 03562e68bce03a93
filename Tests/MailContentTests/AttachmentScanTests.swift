import PosternTestSupport
import Testing

@testable import MailContent

@Suite struct AttachmentScanTests {
    /// A zip archive as the usual programs write one, its members stored or compressed by hand.
    struct Zip {
        var bytes: [UInt8] = []
        private var directory: [UInt8] = []

        private static func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) }
        }

        mutating func add(
            _ name: String, _ content: [UInt8], method: Int = 0, flags: Int = 0, hasDescriptor: Bool = false
        ) {
            let flags = flags | (hasDescriptor ? 8 : 0)
            let head = Self.number(20, 2) + Self.number(flags, 2) + Self.number(method, 2) + Self.number(0, 8)
            let size = Self.number(hasDescriptor ? 0 : content.count, 4) + Self.number(0, 4)
            let nameSize = Self.number(name.utf8.count, 2)
            bytes +=
                Array("PK\u{3}\u{4}".utf8) + head + size + nameSize + [0, 0] + Array(name.utf8) + content
            if hasDescriptor { bytes += Array("PK\u{7}\u{8}".utf8) + Self.number(0, 12) }
            directory +=
                Array("PK\u{1}\u{2}".utf8) + [20, 0] + head + size + nameSize + Self.number(0, 16)
                + Array(name.utf8)
        }

        var finished: [UInt8] { bytes + directory + Array("PK\u{5}\u{6}".utf8) + Self.number(0, 18) }
    }

    private func scan(_ bytes: [UInt8], window: Int = .max) -> AttachmentListing {
        var scan = AttachmentScan()
        var rest = bytes[...]
        while !rest.isEmpty {
            scan.take(rest.prefix(window))
            rest = rest.dropFirst(window)
        }
        return scan.finish()
    }

    private func lines(_ listing: AttachmentListing) -> [String] {
        listing.members.map {
            "\($0.depth) \($0.name) \($0.type ?? "-") \($0.byteCount)\($0.isEncrypted ? " locked" : "")"
        }
    }

    /// A greeting and a line end, by a common compressor.
    private static let hello: [UInt8] = [
        0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8, 0xC0, 0xA4, 0x14, 0xB9, 0x00,
    ]

    private static func stored(_ content: [UInt8]) -> [UInt8] {
        let size = [UInt8(content.count & 0xFF), UInt8(content.count >> 8)]
        return [1] + size + size.map { ~$0 } + content
    }

    @Test(arguments: [1, 3, 100, 100_000])
    func `members of a zip are listed with their types, whatever the windows`(_ window: Int) {
        var inner = Zip()
        inner.add("deep.exe", Array("MZ..".utf8))
        var zip = Zip()
        zip.add("a.txt", Array("hello".utf8))
        zip.add("b.pdf", Self.stored(Array("%PDF-1.4".utf8)), method: 8)
        zip.add("c.png", Self.stored(Array("MZ program".utf8)), method: 8, hasDescriptor: true)
        zip.add("d.zip", Self.stored(inner.finished), method: 8)
        zip.add("e.bin", Array("secret".utf8), flags: 1)
        let listing = scan(zip.finished, window: window)
        #expect(
            lines(listing) == [
                "0  application/zip \(zip.finished.count)", "1 a.txt - 5", "1 b.pdf application/pdf 8",
                "1 c.png application/x-dosexec 10",
                "1 d.zip application/zip \(inner.finished.count)", "2 deep.exe application/x-dosexec 4",
                "1 e.bin - 0 locked",
            ])
        #expect(listing.isEncrypted)
        #expect(!listing.isPartial && !listing.isCut)
    }

    @Test func `archives in archives are opened down to a depth, and the rest is told`() {
        var bytes = Array("MZ".utf8)
        for level in 0..<5 {
            var zip = Zip()
            zip.add("level \(level)", bytes)
            bytes = zip.finished
        }
        let listing = scan(bytes)
        #expect(listing.members.map(\.depth) == [0, 1, 2, 3])
        #expect(listing.isCut)
    }

    @Test(arguments: [("a", 9, 0, false), ("a", 14, 0, false), ("a", 8, 0, false), ("a", 0, 0, true)])
    func `content of an archive that cannot be read is told`(
        _ name: String, _ method: Int, _ flags: Int, _ hasDescriptor: Bool
    ) {
        var zip = Zip()
        zip.add(name, Array("??".utf8), method: method, flags: flags, hasDescriptor: hasDescriptor)
        #expect(scan(zip.finished).isCut)
    }

    @Test func `a folder in an archive, and a member behind a password, hide no content from the list`() {
        var zip = Zip()
        zip.add("folder/", [], hasDescriptor: true)
        zip.add("a", Array("??".utf8), method: 14, flags: 1)
        #expect(!scan(zip.finished).isCut)
        let other = scan(Array("Rar!\u{1A}\u{7}\u{1}\0".utf8))
        #expect(other.isPartial && !other.isCut)
    }

    @Test func `a directory that names what the headers do not is believed too`() {
        var zip = Zip()
        zip.add("a.txt", [])
        var other = Zip()
        other.add("b.exe", [])
        let listing = scan(zip.bytes + other.finished.dropFirst(other.bytes.count))
        #expect(listing.members.map(\.name) == ["", "a.txt", "b.exe"])
    }

    @Test(arguments: [
        (["word/document.xml"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (["xl/a", "xl/vbaProject.bin"], "application/vnd.ms-excel.sheet.macroenabled.12"),
        (["META-INF/MANIFEST.MF"], "application/java-archive"),
    ])
    func `documents that are archives are told by their members`(_ names: [String], _ type: String) {
        var zip = Zip()
        for name in names { zip.add(name, []) }
        #expect(scan(zip.finished).members[0].type == type)
    }

    @Test(arguments: [
        ("%PDF-1.7 /Encrypt 5 0 R", "application/pdf", true), ("%PDF-1.7 //Encrypt", "application/pdf", true),
        ("%PDF-1.7 /Encode", "application/pdf", false), ("MZ", "application/x-dosexec", false),
        ("\u{FEFF} <!DOCTYPE HTML>", "text/html", false), ("#!/bin/sh", "text/x-script", false),
        ("-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted", true), ("7z\u{FFFD}", nil, false),
        ("", nil, false),
    ])
    func `content shows what it is`(_ content: String, _ type: String?, _ isEncrypted: Bool) {
        for window in [1, 1000] {
            let listing = scan(Array(content.utf8), window: window)
            #expect(listing.members[0].type == type)
            #expect(listing.isEncrypted == isEncrypted)
        }
    }

    @Test(arguments: [1, 7, 400, 10_000])
    func `compressed bytes come out as they went in, whatever the windows`(_ window: Int) {
        let text = (0..<120).map { "Line \($0 * $0) of a text that repeats itself, \($0 % 7) times.\n" }
            .joined()
        var (output, inflate) = ([UInt8](), Inflate())
        var (pending, rest) = (ArraySlice<UInt8>(), Base64.decode(Array(Self.compressed.utf8)[...])[...])
        var outcome = Inflate.Outcome.wantsMore
        while outcome == .wantsMore {
            pending += rest.prefix(window)
            rest = rest.dropFirst(window)
            let used: Int
            (outcome, used) = inflate.take(pending, isLast: rest.isEmpty, into: &output)
            pending = pending.dropFirst(used)
        }
        #expect(outcome == .done)
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    /// The text of the test above, with codes of its own.
    private static let compressed = """
        lZg7jtwwEERzn0IHMIz+sUneYS8xgRYewD94Ffj41oZk0vPyhjTzulis0tvz13nI8fv9eBzX+e86ru+P6/h7/jkf18fxvD7O \
        H+9f74Hr+fP8+Pbl7XNcq3FdxqMat2V8VuO+/pis5mOZt1bNt2Xey+fn+m8ng5nBaA5lOFUEAjVlRDWCIdWcjKnOZFCt3rJu \
        qkiG1QbUqVswrJ7KsEa96U2qoQxrDCjWZpNhbT0Z1qw3vWLN+g0r1m5Qrb2mtGIdAR111pvePLXW0mYCQuWqUp+IzQa0QW/V \
        F871dlVZbR0rW/WEmr39LyDdhj0265XvJlvfFBvdnlC4OurbbqM7nRqt1Dtf6ZriTGACtWsuwehaCHRba/XOt1ssBaYD6wK1 \
        a6NmtdGdCi3XX9j5StfVYUS472OoXfeEUdZjQN/1F875FhO6wZzgI6B2fSZMtSHUd+MFb1/phjcYFiIG1G6kwXAbPZU2BoEF \
        rAlNDE0H1G5zgwm3RYe+25K2sdY7zAxtGm1kQmPuLRLouxm0lmVLpUmXajfHoFlXGvTdjrtZ9wkzQ28Jtdt7wLzbJ/XdobSg \
        DRtKqwT+npAB8+4YDn13Cm1pN1yYGWYI1O5MgXl3DoG+e6+cdrW7egluayG4riXNvHfDU1rYVHBjU3Na2e4GRjubZtLSpmPQ \
        1maKa5u50d5mLWhxs560udmkNqxutLupR4Mh4k7++MuDT4MRWEPzdS/+Dw==
        """

    @Test func `broken archives are read as far as they go`() {
        var random = SeededRandom(seed: 4)
        var zip = Zip()
        zip.add("a", Self.stored(Array("hello".utf8)), method: 8, hasDescriptor: true)
        zip.add("b", Self.hello, method: 8)
        zip.add("c", Array("x".utf8))
        let whole = zip.finished
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            let listing = scan(
                Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))),
                window: Int.random(in: 1...50, using: &random))
            #expect(listing.members.count <= 8)
        }
        for _ in 0..<3000 {
            var output: [UInt8] = []
            var inflate = Inflate()
            let noise = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
            let (_, used) = inflate.take(noise[...], isLast: true, into: &output)
            #expect(used <= noise.count)
        }
    }
}
