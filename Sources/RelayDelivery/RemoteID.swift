import SMTPProtocol

/// The queue ID that a smart host names in its answer to a message, where it is in a form that is known.
enum RemoteID {
    static func find(in reply: Reply) -> String? {
        guard let text = reply.lines.last else { return nil }
        let words = text.split(separator: " ").map(String.init)
        return afterQueuedAs(words) ?? afterEquals(words) ?? beforeMessageAccepted(words) ?? afterOK(words)
    }

    /// Postfix, postern: `Ok: queued as 4XyZ`.
    private static func afterQueuedAs(_ words: [String]) -> String? {
        let lower = words.map { $0.lowercased() }
        guard
            let place = lower.indices.dropFirst().first(where: {
                lower[$0 - 1] == "queued" && lower[$0] == "as"
            })
        else { return nil }
        return words.dropFirst(place + 1).first.flatMap(identifier)
    }

    /// Exim: `OK id=1tE5xq-0001`; Exchange: `[InternalId=123, Hostname=…] Queued mail for delivery`.
    private static func afterEquals(_ words: [String]) -> String? {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, ["id", "[internalid"].contains(parts[0].lowercased()) else { continue }
            return identifier(String(parts[1]))
        }
        return nil
    }

    /// Sendmail, OpenSMTPD: `5ALG Message accepted for delivery`.
    private static func beforeMessageAccepted(_ words: [String]) -> String? {
        guard words.count >= 3, words[1].lowercased() == "message",
            words[2].lowercased().hasPrefix("accepted")
        else { return nil }
        return identifier(words[0])
    }

    /// Amazon SES: `Ok 0102018…`.
    private static func afterOK(_ words: [String]) -> String? {
        guard words.count == 2, words[0].lowercased() == "ok", words[1].utf8.count >= 10 else { return nil }
        return identifier(words[1])
    }

    private static func identifier(_ word: String) -> String? {
        let ends: Set<Character> = [".", ",", ";", "]", "[", ")", "(", "<", ">", "\"", "'"]
        let front = word.drop { ends.contains($0) }
        let trimmed = String(front.reversed().drop { ends.contains($0) }.reversed())
        let isPlausible = trimmed.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return !trimmed.isEmpty && isPlausible && trimmed.utf8.count <= Limits.remoteIDByteCount
            ? trimmed : nil
    }
}
