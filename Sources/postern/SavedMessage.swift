import MailSyntax
import RelayControl
import RelayPolicy
import RelaySettings

/// A message from a folder, with the envelope that its header tells of.
struct SavedMessage {
    private let message: JudgedMessage
    private let settings: Settings

    init(_ path: String, client: String, user: String?, _ settings: Settings) throws {
        self.settings = settings
        let file = try SubmittedMessage.read(path, limit: Self.byteCountLimit)
        let header = HeaderBlock(file.head)
        let addresses = { (name: String) in
            header.fields(named: name).flatMap { MailboxList.addresses(in: file.bytes[$0.valueRange]) }
        }
        let recipients = addresses("To") + addresses("Cc")
        let origin = Origin(
            client: client, heloName: "client", listener: settings.listeners.first?.name ?? "", user: user,
            protocolName: "ESMTP", receivedAt: WallClock.now())
        message = JudgedMessage(
            file.bytes,
            envelope: Envelope(
                sender: addresses("Return-Path").first ?? addresses("From").first,
                recipients: recipients.isEmpty
                    ? [Recipient(settings.postmaster)] : recipients.map { Recipient($0) }),
            origin: origin)
    }

    /// Longest saved message, in bytes.
    private static let byteCountLimit = 256 << 20

    /// What becomes of it, a line for each fate; equal where nothing else would happen.
    func fates(by policy: Policy) -> [String] {
        let clock = JudgingAids.Clock(policy.timeout) { ContinuousClock().now }
        switch policy.judge(message, JudgingAids(clock: clock)) {
        case .refuse(let refusal): return ["refused: \(refusal.code) \(refusal.status) \(refusal.text)"]
        case .deferAll(let deferral): return ["put off: \(deferral.code) \(deferral.status) \(deferral.text)"]
        case .accept(let plan): return fates(of: plan)
        }
    }

    private func fates(of plan: Plan) -> [String] {
        var lines: [String] = []
        for share in plan.shares {
            let hold = share.hold.map { ", held: \($0.reason)" } ?? ""
            let edits = share.edits == .none ? "" : ", edited: \(digest(of: share.edits))"
            lines += share.recipients.map { "<\($0.recipient.address)> by \(share.stream)\(hold)\(edits)" }
        }
        lines += plan.discarded.map { "<\($0.recipient.address)> discarded" }
        lines += plan.storages.flatMap { storage in
            storage.recipients.map { "<\($0)> into folder \(storage.folder)" }
        }
        lines += plan.refused.flatMap { refusal in
            refusal.recipients.map { "<\($0)> refused: \(refusal.text)" }
        }
        lines += plan.failures.map { "error: \($0.text)" }
        lines += plan.notices.map { "notice to \($0.recipients.map(\.description).joined(separator: ", "))" }
        return lines
    }

    /// How much longer the message gets, and a word that tells one text from another.
    private func digest(of edits: PlannedEdits) -> String {
        let end = HeaderBlock(message.head).byteCount
        let pieces = edits.pieces(headerByteCount: end, byteCount: message.byteCount) ?? []
        let change = pieces.byteCount - message.byteCount
        let hash = pieces.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, piece in
            let bytes =
                switch piece {
                case .added(let bytes): bytes[...]
                case .original(let range): Array("\(range)".utf8)[...]
                }
            return bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        return "\(change >= 0 ? "+" : "")\(change) bytes (\(String(hash, radix: 16).prefix(6)))"
    }
}

/// A message that fares differently, as JSON.
struct DifferenceDocument {
    let line: [UInt8]

    init(file: String, _ before: [String], _ after: [String]) {
        var json = JSONWriter()
        json.object { json in
            json.member("file", file)
            json.member("before", before)
            json.member("after", after)
        }
        json.endLine()
        line = json.bytes
    }
}
