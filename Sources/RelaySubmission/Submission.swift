package import MailSyntax
package import RelaySettings

/// What `sendmail` makes of its arguments and its standard input: an envelope and a message.
package struct Submission: Hashable, Sendable {
    package let envelope: Envelope
    /// Lines end with CRLF.
    package let message: [UInt8]

    /// What a submission depends on beside its arguments.
    package struct Surroundings: Sendable {
        package var settings: SubmissionSettings
        package var user: LocalUser
        package var now: Timestamp
        /// Makes a Message-ID that no other message has.
        package var token: String

        package init(settings: SubmissionSettings, user: LocalUser, now: Timestamp, token: String) {
            self.settings = settings
            self.user = user
            self.now = now
            self.token = token
        }
    }

    /// What is wrong with the arguments is told before any input is read.
    package init(
        _ options: SendmailOptions, in place: Surroundings, input: (Int) throws(SubmissionFailure) -> [UInt8]
    ) throws(SubmissionFailure) {
        let sender = try WrittenAddress.sender(options.sender, user: place.user)
        var recipients: [Address] = []
        for argument in options.recipients { recipients += try WrittenAddress.list(argument) }
        guard options.readsRecipients || !recipients.isEmpty else {
            throw SubmissionFailure(
                .usage, "no recipients: name them, or give -t to have them read from the header")
        }
        let bytes = try Self.read(
            input, endsAtDot: options.endsAtDot, limit: place.settings.maxMessageByteCount)
        let submitted = SubmittedMessage(bytes)
        if options.readsRecipients {
            try WrittenAddress.check(submitted.recipients)
            recipients += submitted.recipients
        }
        recipients = recipients.removingRepetitions()
        guard !recipients.isEmpty else { throw SubmissionFailure(.usage, "the header names no recipients") }
        guard recipients.count <= place.settings.maxRecipients else {
            throw SubmissionFailure(
                .unavailable,
                "\(recipients.count) recipients; at most \(place.settings.maxRecipients) are taken")
        }
        message = submitted.completed(
            with: SubmittedMessage.Additions(
                author: sender ?? Address(localPart: place.user.name, domain: ""),
                // The name of the one who runs the program belongs to no other address.
                authorName: options.fullName ?? (options.sender == nil ? place.user.fullName : ""),
                date: MessageDate.rfc5322(place.now),
                messageID: "<\(place.token)@\(place.settings.hostname)>"))
        envelope = Envelope(
            sender: sender,
            recipients: recipients.map { Recipient($0, notify: options.notify) },
            body: message.contains { $0 > 127 } ? .eightBitMIME : .sevenBit,
            isSMTPUTF8: !(recipients + [sender].compactMap(\.self)).allSatisfy(\.isASCII),
            returnContent: options.returnContent, envelopeID: options.envelopeID)
    }

    /// Mail that another system kept: as it is but for its line ends, and with nothing added.
    package init(_ envelope: Envelope, kept bytes: [UInt8]) {
        var input = MessageInput(endsAtDot: false)
        input.append(bytes[...])
        input.finish()
        message = input.message
        var envelope = envelope
        envelope.body = message.contains { $0 > 127 } ? .eightBitMIME : .sevenBit
        envelope.isSMTPUTF8 = !(envelope.recipients.map(\.address) + [envelope.sender].compactMap(\.self))
            .allSatisfy(\.isASCII)
        self.envelope = envelope
    }

    private static func read(
        _ input: (Int) throws(SubmissionFailure) -> [UInt8], endsAtDot: Bool, limit: Int
    ) throws(SubmissionFailure) -> [UInt8] {
        var message = MessageInput(endsAtDot: endsAtDot)
        while !message.isEnded {
            let bytes = try input(Limits.inputByteCount)
            if bytes.isEmpty { break }
            message.append(bytes[...])
            guard message.byteCount <= limit else {
                throw SubmissionFailure(
                    .badData, "the message is larger than the \(limit) bytes that are taken")
            }
        }
        message.finish()
        return message.message
    }
}

/// Reads the addresses that users write. Those without a domain stay so: the relay knows what they stand for.
enum WrittenAddress {
    /// The envelope's sender; nil is the null sender.
    static func sender(_ given: String?, user: LocalUser) throws(SubmissionFailure) -> Address? {
        if given == "" || given == "<>" { return nil }
        let found = try list(given ?? user.name)
        guard found.count == 1 else { throw SubmissionFailure(.usage, "-f \(given ?? ""): not one address") }
        return found[0]
    }

    /// An argument: an address or a list of them.
    static func list(_ argument: String) throws(SubmissionFailure) -> [Address] {
        let found = MailboxList.addresses(in: Array(argument.utf8)[...])
        guard !found.isEmpty else { throw SubmissionFailure(.usage, "\(argument): not an address") }
        try check(found)
        return found
    }

    /// An address that no envelope may hold is an error.
    static func check(_ addresses: [Address]) throws(SubmissionFailure) {
        for address in addresses {
            do throws(AddressError) {
                _ = try Address(parsing: Array(address.description.utf8)[...], allowsUTF8: true)
            } catch {
                throw SubmissionFailure(
                    .badData, "\(address): not an address that mail can be sent to or from")
            }
        }
    }
}

extension [Address] {
    fileprivate func removingRepetitions() -> [Address] {
        var seen: Set<Address> = []
        return filter { seen.insert($0).inserted }
    }
}
