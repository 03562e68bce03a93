import RelaySettings
import Synchronization
import TLSEngine
import Transport

/// One smart host of a stream with all that dialling it needs.
final class SmartHostTarget: Sendable {
    /// Its place among the stream's smart hosts.
    let index: Int
    let stream: String
    /// `host:port`, as events and reports name it.
    let name: String
    let settings: SmartHostSettings
    /// nil: no AUTH.
    let credential: Credential?
    /// The stream's own.
    let resolver: Resolver
    /// Made with the first connection, and kept for the sessions that it resumes.
    private let context = Mutex<TLSContext?>(nil)

    init(
        _ settings: SmartHostSettings, index: Int, stream: String, credential: Credential?, resolver: Resolver
    ) {
        self.index = index
        self.stream = stream
        name = settings.name
        self.settings = settings
        self.credential = credential
        self.resolver = resolver
    }

    /// What of the certificate is believed. Reads the trust store once; a failure is tried again next time.
    func tlsContext() throws(TLSError) -> TLSContext {
        if let known = context.withLock({ $0 }) { return known }
        let made = try TLSContext.client(trust: trust, minimum: .tls12)
        return context.withLock { context in
            let kept = context ?? made
            context = kept
            return kept
        }
    }

    /// The files may have changed: the next connection reads them anew.
    func forgetTrust() { context.withLock { $0 = nil } }

    private var trust: TLSTrust {
        switch settings.verify {
        case .off: .nothing
        case .hostname: settings.caFile.map(TLSTrust.file) ?? .system
        }
    }
}
