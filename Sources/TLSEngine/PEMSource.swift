import COpenSSL

/// PEM text from a file or from memory, read from front to back.
struct PEMSource: ~Copyable {
    /// What errors call it.
    let name: String
    private let bio: OpaquePointer

    init(file path: String) throws(TLSError) {
        ErrorStack.clear()
        guard let bio = BIO_new_file(path, "r") else {
            throw .unusableFile(name: path, reason: ErrorStack.take().first?.text ?? "cannot be read")
        }
        self.bio = bio
        name = path
    }

    init(_ text: [UInt8], name: String) throws(TLSError) {
        ErrorStack.clear()
        guard let bio = BIO_new(BIO_s_mem()),
            BIO_write(bio, text, Int32(text.count)) == text.count || text.isEmpty
        else { throw .engine(ErrorStack.takeText()) }
        self.bio = bio
        self.name = name
    }

    deinit { BIO_free(bio) }

    /// The next certificate, owned by the caller, or nil at the end.
    borrowing func nextCertificate() throws(TLSError) -> OpaquePointer? {
        ErrorStack.clear()
        if let certificate = PEM_read_bio_X509(bio, nil, refusePassword, nil) { return certificate }
        let errors = ErrorStack.take()
        if errors.contains(where: \.isEndOfPEM) { return nil }
        throw unusable(errors.map(\.text).joined(separator: "; "))
    }

    /// The first private key, owned by the caller.
    borrowing func privateKey() throws(TLSError) -> OpaquePointer {
        ErrorStack.clear()
        if let key = PEM_read_bio_PrivateKey(bio, nil, refusePassword, nil) { return key }
        throw unusable("holds no usable private key (\(ErrorStack.takeText()))")
    }

    borrowing func unusable(_ reason: String) -> TLSError { .unusableFile(name: name, reason: reason) }
}

extension ErrorStack.Entry {
    fileprivate var isEndOfPEM: Bool {
        ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE
    }
}

/// An encrypted key must fail; without this OpenSSL would ask for the password on the terminal.
private func refusePassword(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _: UnsafeMutableRawPointer?
) -> Int32 { -1 }
