/// How much an event matters, as syslog counts it.
package enum EventLevel: Int, Sendable, Comparable, CaseIterable {
    /// A person must act.
    case error = 3
    /// The service is degraded.
    case warning = 4
    /// The fate of mail, and the life of the service.
    case notice = 5
    /// What is good to know and needs no attention.
    case info = 6
    /// The words of the protocol.
    case debug = 7

    /// The word for it in the settings and on standard error.
    package var name: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
    }

    /// The more urgent level is the smaller one.
    package static func < (left: EventLevel, right: EventLevel) -> Bool { left.rawValue < right.rawValue }
}

/// The kinds of events by the names that POSTERN_EVENT bears.
package enum EventKind: String, Sendable, CaseIterable {
    case accepted
    case created
    case refused
    case held
    case released
    case discarded
    case delivered
    case deferred
    case failed
    case expired
    case deleted
    case rerouted
    case uncertain
    case started
    case startFailed = "start-failed"
    case ready
    case stopping
    case reloaded
    case reloadFailed = "reload-failed"
    case policyReloadFailed = "policy-reload-failed"
    case certificateReloaded = "certificate-reloaded"
    case selfCheckFailed = "self-check-failed"
    case streamPaused = "stream-paused"
    case streamResumed = "stream-resumed"
    case streamFull = "stream-full"
    case streamOK = "stream-ok"
    case loginFailed = "login-failed"
    case tlsFailed = "tls-failed"
    case breakerOpened = "breaker-opened"
    case breakerClosed = "breaker-closed"
    case spoolFull = "spool-full"
    case spoolOK = "spool-ok"
    case spoolScanned = "spool-scanned"
    case entryDamaged = "entry-damaged"
    case policyError = "policy-error"
    case clientLimited = "client-limited"
    case authFailed = "auth-failed"
    case eventsDropped = "events-dropped"
    case dialogue

    /// The level that events of this kind usually have.
    package var level: EventLevel {
        switch self {
        case .startFailed, .reloadFailed, .policyReloadFailed, .selfCheckFailed, .loginFailed, .tlsFailed,
            .spoolFull, .entryDamaged, .policyError:
            .error
        case .uncertain, .streamPaused, .streamFull, .breakerOpened, .clientLimited, .authFailed,
            .eventsDropped:
            .warning
        case .dialogue:
            .debug
        case .accepted, .created, .refused, .held, .released, .discarded, .delivered, .deferred,
            .failed, .expired, .deleted, .rerouted, .started, .ready, .stopping, .reloaded,
            .certificateReloaded, .streamResumed, .streamOK, .breakerClosed, .spoolOK, .spoolScanned:
            .notice
        }
    }

    /// The MESSAGE_ID under which the message catalog explains the kind; it never changes.
    package var messageID: String {
        switch self {
        case .accepted: "0f87f539a0c24f398e5582e2f696741e"
        case .created: "8214bb5e4298428898be68a4ee2e7328"
        case .refused: "60851b5244904375b0ae2dce9a67c947"
        case .held: "295c274e4dd24349bdacc57d893bf212"
        case .released: "c0b85c1ac8c14ef4948d339825cb0fa2"
        case .discarded: "4ff57c78fb554aa098c795c46fbd053b"
        case .delivered: "2d02ecbb5f104909b24474ac47d3a01d"
        case .deferred: "c213ad490c094b3185657e74b83696a2"
        case .failed: "0359ee51d0b34d3fb1ce3e442611febc"
        case .expired: "bc98f783cb7944a8815150ffa78cb49f"
        case .deleted: "98637372d59747f4b983c659293cf9cb"
        case .rerouted: "d9af11a94d0642928a725f2edce69330"
        case .uncertain: "6f8e898c4c844337a16a9404780bf38b"
        case .startFailed: "8173672e34fb47848a3c876e881605a1"
        case .started: "9ce9697cfd564b81b1df5584618fbfec"
        case .ready: "f6e0ce0c37004bafb36b17e8b7d529c7"
        case .stopping: "9de9781a5c744a0aac087c32c8a7c772"
        case .reloaded: "76ea31b9d88b4bfbb7937223c09ac42d"
        case .reloadFailed: "1c7a37f086d847bebb3677a1f0da516b"
        case .policyReloadFailed: "8b8871840eeb4a7eb3b7025e7f6cf8b3"
        case .certificateReloaded: "8feae26b8a254cb0bcd8014a982264a2"
        case .selfCheckFailed: "0f629624d8f54c1f9e9e162cc933282c"
        case .streamPaused: "8219a34986674ae5bceead2d1a2048ef"
        case .streamResumed: "949b812933ca440db9ee0c67da2a1aeb"
        case .streamFull: "4d1c6f0b7a5e43d2a8c90e6b3f7d2158"
        case .streamOK: "b86a2e915c3f4f07932d41d8e07ac6f4"
        case .loginFailed: "5830423e0ff44d04a0a33216300c5f92"
        case .tlsFailed: "b9cccd90034e4bc8a0b1d0b9ed621336"
        case .breakerOpened: "efc647c977414ad1a15a0f7f67ffc425"
        case .breakerClosed: "7265cd5ee9d9416683363153dae4cd88"
        case .spoolFull: "7347d926204f44e8baa98034bab6836b"
        case .spoolOK: "a8fb89337b3749cfab6533e83757bd0c"
        case .spoolScanned: "806dd652ed13403db442a0ce4bb37f19"
        case .entryDamaged: "6013cf20849740cf857d67ef79d3b042"
        case .policyError: "357264bb0cfc419ba66a0c4d3fdfaf03"
        case .clientLimited: "5847c0579180454fa5f9a6b50a2dd86e"
        case .authFailed: "9c1b2d6e4f7a4a0c8e35d17f60b2a943"
        case .eventsDropped: "abdf1e615cbf477cb1a5f614b2efbd5b"
        case .dialogue: "2382519a3bf444228ffe6cebdd46ce00"
        }
    }

    /// The kind's place among all of them, for tables.
    var ordinal: Int {
        switch self {
        case .accepted: 0
        case .created: 1
        case .refused: 2
        case .held: 3
        case .released: 4
        case .discarded: 5
        case .delivered: 6
        case .deferred: 7
        case .failed: 8
        case .expired: 9
        case .deleted: 10
        case .rerouted: 11
        case .uncertain: 12
        case .started: 13
        case .ready: 14
        case .stopping: 15
        case .reloaded: 16
        case .reloadFailed: 17
        case .policyReloadFailed: 18
        case .certificateReloaded: 19
        case .selfCheckFailed: 20
        case .streamPaused: 21
        case .streamResumed: 22
        case .loginFailed: 23
        case .tlsFailed: 24
        case .breakerOpened: 25
        case .breakerClosed: 26
        case .spoolFull: 27
        case .spoolOK: 28
        case .entryDamaged: 29
        case .policyError: 30
        case .clientLimited: 31
        case .eventsDropped: 32
        case .dialogue: 33
        case .spoolScanned: 34
        case .streamFull: 35
        case .streamOK: 36
        case .startFailed: 37
        case .authFailed: 38
        }
    }
}
