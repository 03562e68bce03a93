/// What bytes are by their look, whatever their name says.
package enum FileType {
    /// How many bytes from the front are looked at.
    package static let headByteCount = 512

    /// The media type of content that begins with `head`; nil: nothing that is known.
    package static func of(_ head: [UInt8]) -> String? {
        for signature in signatures where head.dropFirst(signature.offset).starts(with: signature.bytes) {
            return signature.type
        }
        if head.count > 262, head[257...].starts(with: Array("ustar".utf8)) { return "application/x-tar" }
        return textual(head)
    }

    /// Documents that are text: after blanks and a byte order mark.
    private static func textual(_ head: [UInt8]) -> String? {
        let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        let text = ASCII.lowercased(start.drop(while: ASCII.isWhite).prefix(64))
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<script") {
            return "text/html"
        }
        if text.hasPrefix("<svg") { return "image/svg+xml" }
        if text.hasPrefix("<?xml") { return "text/xml" }
        return text.hasPrefix("#!") ? "text/x-script" : nil
    }

    private struct Signature {
        let bytes: [UInt8]
        let offset: Int
        let type: String

        init(_ bytes: [UInt8], _ type: String, at offset: Int = 0) {
            (self.bytes, self.offset, self.type) = (bytes, offset, type)
        }

        init(_ text: String, _ type: String, at offset: Int = 0) {
            self.init(Array(text.utf8), type, at: offset)
        }
    }

    private static let signatures = [
        Signature("PK\u{3}\u{4}", "application/zip"), Signature("PK\u{5}\u{6}", "application/zip"),
        Signature("PK\u{7}\u{8}", "application/zip"),
        Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
        Signature("Rar!\u{1A}\u{7}", "application/vnd.rar"), Signature([0x1F, 0x8B], "application/gzip"),
        Signature("BZh", "application/x-bzip2"),
        Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A], "application/x-xz"),
        Signature([0x28, 0xB5, 0x2F, 0xFD], "application/zstd"),
        Signature("MSCF", "application/vnd.ms-cab-compressed"),
        Signature("MZ", "application/x-dosexec"), Signature("\u{7F}ELF", "application/x-elf"),
        Signature([0xFE, 0xED, 0xFA, 0xCE], "application/x-mach-binary"),
        Signature([0xFE, 0xED, 0xFA, 0xCF], "application/x-mach-binary"),
        Signature([0xCE, 0xFA, 0xED, 0xFE], "application/x-mach-binary"),
        Signature([0xCF, 0xFA, 0xED, 0xFE], "application/x-mach-binary"),
        Signature([0xCA, 0xFE, 0xBA, 0xBE], "application/java-vm"),
        Signature([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/x-ole-storage"),
        Signature([0x4C, 0, 0, 0, 1, 0x14, 2, 0], "application/x-ms-shortcut"),
        Signature("ITSF", "application/vnd.ms-htmlhelp"), Signature("%PDF-", "application/pdf"),
        Signature("{\\rtf", "application/rtf"), Signature("%!PS", "application/postscript"),
        Signature("\u{0}asm", "application/wasm"),
        Signature("-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
        Signature([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        Signature("GIF8", "image/gif"),
        Signature([0xFF, 0xD8, 0xFF], "image/jpeg"), Signature("BM", "image/bmp"),
        Signature([0x49, 0x49, 0x2A, 0], "image/tiff"), Signature([0x4D, 0x4D, 0, 0x2A], "image/tiff"),
        Signature("WEBP", "image/webp", at: 8), Signature("WAVE", "audio/wav", at: 8),
        Signature("OggS", "audio/ogg"),
        Signature("ID3", "audio/mpeg"), Signature("ftyp", "video/mp4", at: 4),
        Signature([0x1A, 0x45, 0xDF, 0xA3], "video/x-matroska"),
        Signature("CD001", "application/x-iso9660-image", at: 0x8001),
    ]
}
