import COpenSSL

@testable import TLSEngine

/// Certificates for the tests, valid now unless said otherwise.
struct TestAuthority {
    let authority: ThrowAwayAuthority
    static let now: Int64 = 1_700_000_000
    /// From 2023 on, for forty years.
    static let validity = CertificateValidity(from: now, lasting: .seconds(40 * 365 * 86_400))
    /// One day in 2023.
    static let past = CertificateValidity(from: now, lasting: .seconds(86_400))

    init(name: String = "Test authority") throws {
        authority = try ThrowAwayAuthority(name: name, validity: Self.validity)
    }

    func server(
        _ names: [String] = ["mail.example"], _ validity: CertificateValidity = Self.validity,
        minimum: TLSVersion = .tls12
    ) throws -> TLSContext {
        let leaf = try authority.issue(names: names, validity: validity)
        return try .server(certificatePEM: leaf.certificatePEM, keyPEM: leaf.keyPEM, minimum: minimum)
    }

    func client(minimum: TLSVersion = .tls12) throws -> TLSContext {
        try .client(trust: .pem(authority.certificatePEM), minimum: minimum)
    }
}

/// Two sessions that exchange their bytes in memory.
final class Pair {
    var client: TLSSession
    var server: TLSSession
    private(set) var clientFacts: TLSFacts?
    private(set) var serverFacts: TLSFacts?

    init(_ client: TLSContext, _ server: TLSContext, name: String? = "mail.example") throws {
        self.client = try TLSSession(client: client, name: name)
        self.server = try TLSSession(server: server)
    }

    /// Carries bytes until both sides are done or one throws.
    func shakeHands() throws {
        for _ in 0..<10 where clientFacts == nil || serverFacts == nil {
            if clientFacts == nil, case .finished(let facts) = try client.handshake() { clientFacts = facts }
            carry(from: &client, to: &server)
            if serverFacts == nil, case .finished(let facts) = try server.handshake() { serverFacts = facts }
            carry(from: &server, to: &client)
        }
    }

    func clientToServer() { carry(from: &client, to: &server) }

    func serverToClient() { carry(from: &server, to: &client) }

    private func carry(from one: inout TLSSession, to other: inout TLSSession) {
        one.takeOutput().withUnsafeBytes { other.receive($0) }
    }
}

extension TLSSession {
    mutating func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Everything that can be read now; whether the peer has ended.
    mutating func readAll() throws -> (bytes: [UInt8], ended: Bool) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 5000)
        while true {
            let result = try buffer.withUnsafeMutableBytes { try read(into: $0) }
            guard case .bytes(let count) = result else { return (bytes, result == .ended) }
            bytes += buffer[..<count]
        }
    }
}

extension TLSContext {
    /// Makes a peer from the past.
    func limit(to version: Int32) { SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil) }
}
