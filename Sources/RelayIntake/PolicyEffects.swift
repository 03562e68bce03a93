import MailSpool
import MailSyntax
import RelayEvents
import RelayPolicy
import RelaySettings

/// What a policy wants done beside sending and holding: copies for folders before the message is stored, what concerns
/// others once it is.
struct PolicyEffects {
    let plan: Plan
    let envelope: Envelope
    let origin: Origin
    let head: MessageHead
    let services: IntakeServices

    /// A copy that lies in a folder.
    struct StoredCopy {
        fileprivate let storage: PlannedStorage
        fileprivate let folder: MailFolder
        fileprivate let letter: FolderLetter
    }

    /// Stores the copies for folders. Once it returns they are on the disk; if it fails, none is there.
    func store(_ id: QueueID, _ reader: DraftReader) async throws(SpoolError) -> [StoredCopy] {
        let storages = try foldersOfStorages()
        guard !storages.isEmpty else { return [] }
        // All of them before the first letter, which is not written for nothing.
        let obstacle = try await services.spool.onDisk { storages.lazy.compactMap { $0.1.prepare() }.first }
        if let obstacle { throw obstacle }
        var copies: [StoredCopy] = []
        for (index, (storage, folder)) in storages.enumerated() {
            let letter = FolderLetter(
                pieces: pieces(of: storage), returnPath: envelope.sender?.description ?? "",
                name: "\(origin.receivedAt.millisecondsSince1970 / 1000).\(id)_\(index)."
                    + services.settings.hostname)
            let problem = try await services.spool.onDisk { folder.store(letter, reader) }
            if let problem {
                await takeBack(copies)
                throw problem
            }
            copies.append(StoredCopy(storage: storage, folder: folder, letter: letter))
        }
        return copies
    }

    /// The message is not accepted after all: the client comes again, and then brings new copies.
    func takeBack(_ copies: [StoredCopy]) async {
        guard !copies.isEmpty else { return }
        // Where even that fails, a folder has one copy more: better than none.
        try? await services.spool.onDisk { for copy in copies { copy.folder.takeBack(copy.letter) } }
    }

    private func tell(_ copy: StoredCopy, _ id: QueueID) {
        services.events.tell(
            .created(
                Created(
                    id: id.description, parent: nil, what: "copy in folder \(copy.storage.folder)",
                    stream: "", sender: envelope.sender, recipients: copy.storage.recipients,
                    byteCount: copy.letter.byteCount,
                    messageID: head.messageID)))
    }

    private func foldersOfStorages() throws(SpoolError) -> [(PlannedStorage, MailFolder)] {
        var found: [(PlannedStorage, MailFolder)] = []
        for storage in plan.storages {
            guard let path = services.settings.policy.folders[storage.folder] else {
                throw .unavailable("the policy knows no folder \"\(storage.folder)\" any more")
            }
            found.append((storage, MailFolder(path: path, synced: services.syncedFolders)))
        }
        return found
    }

    private func pieces(of storage: PlannedStorage) -> [Piece] {
        storage.edits.pieces(headerByteCount: head.header.byteCount, byteCount: head.byteCount)
            ?? [.original(0..<head.byteCount)]
    }

    /// What later messages are to know, and what persons are to hear. The message is accepted: nothing of this can change
    /// that.
    func conclude(_ id: QueueID, _ copies: [StoredCopy]) async {
        for copy in copies { tell(copy, id) }
        services.desk.memory.take(plan.traces)
        for notice in plan.notices where notice.isOfHold || !head.isAutomatic {
            await send(notice, about: id)
        }
    }

    /// Stores a notice, if there is a stream for it. `parent` is nil if the message is not stored.
    func send(_ notice: PlannedNotice, about parent: QueueID?) async {
        guard let stream = services.settings.reports.stream else { return }
        // A disk that fails now is met again by the next message; then it is told.
        try? await store(notice, about: parent, stream)
    }

    private func store(
        _ notice: PlannedNotice, about parent: QueueID?, _ stream: String
    ) async throws(SpoolError) {
        var draft = services.spool.makeDraft()
        let id = draft.id
        let (settings, now) = (services.settings, services.now())
        let messageID = "<\(id)@\(settings.hostname)>"
        let bytes = NoticeText(notice, from: settings.postmaster, about: envelope, head)
            .compose(messageID: messageID, at: now)
        try await draft.append(bytes)
        let recipients = notice.recipients + notice.copied + notice.blindRecipients
        try await services.spool.commit(
            draft,
            NewEntry(
                envelope: Envelope(
                    sender: settings.reports.sender, recipients: recipients.map { Recipient($0) }),
                origin: Origin(
                    client: ReceivedField.localClient, heloName: settings.hostname, listener: "",
                    protocolName: "ESMTP", receivedAt: now),
                messageID: messageID, parent: parent,
                shares: [
                    NewShare(recipients: recipients.map { Recipient($0) }, stream: stream, rule: notice.rule)
                ]))
        services.events.tell(
            .created(
                Created(
                    id: id.description, parent: parent?.description, what: "notice", stream: stream,
                    sender: settings.reports.sender, recipients: recipients, byteCount: bytes.count,
                    messageID: messageID)))
    }
}

extension MessageHead {
    /// Nobody wrote it: what answers such mail might go round for ever (RFC 5436 section 2.7.1).
    fileprivate var isAutomatic: Bool {
        header.fields(named: "Auto-Submitted").contains {
            !HeaderBlock.unfold(bytes[$0.valueRange]).lowercased().hasPrefix("no")
        }
    }
}
