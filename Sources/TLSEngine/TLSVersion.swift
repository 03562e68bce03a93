import COpenSSL

/// A lowest protocol version that a context accepts.
public enum TLSVersion: String, Sendable, Hashable, CaseIterable, Comparable {
    /// For devices that know nothing newer; never for secrets.
    case tls10 = "1.0"
    /// The default.
    case tls12 = "1.2"
    /// Nothing older than 2018.
    case tls13 = "1.3"

    /// By age.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.number < right.number }

    var number: Int32 {
        switch self {
        case .tls10: TLS1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}

/// What a client believes.
public enum TLSTrust: Sendable, Hashable {
    /// The system's trust store.
    case system
    /// The certificates of a PEM file.
    case file(String)
    /// The certificates of a PEM text.
    case pem([UInt8])
    /// Anything: encrypted, but not verified.
    case nothing
}
