/// How far the texts of a message were searched, and what was found in them.
struct BodyScans: Sendable {
    private struct Key: Hashable {
        let text: BodyText
        /// A search lives as long as its scans do.
        let search: ObjectIdentifier
    }

    private var scans: [Key: LiteralScan] = [:]

    /// The scan of a text, to be put back when it has gone on.
    mutating func take(_ text: BodyText, for search: LiteralSearch) -> LiteralScan {
        scans.removeValue(forKey: Key(text: text, search: ObjectIdentifier(search))) ?? LiteralScan(search)
    }

    mutating func put(_ scan: LiteralScan, of text: BodyText) {
        scans[Key(text: text, search: ObjectIdentifier(scan.search))] = scan
    }
}

extension SieveContent {
    /// Whether any of the keys is in any of the texts. What was read of a text for other keys is not read again, and no
    /// more of it is read than it takes to know.
    mutating func contains(
        _ keys: SharedKeys, in texts: [BodyText], _ run: inout SieveRun
    ) throws(SieveFault) -> Bool {
        let search = run.searches[keys.search]
        for text in texts {
            try run.spend(WorkCost.field + keys.keys.count)
            if try contains(keys.keys, search, in: text, &run) { return true }
        }
        return false
    }

    private mutating func contains(
        _ keys: Range<Int>, _ search: LiteralSearch, in text: BodyText, _ run: inout SieveRun
    ) throws(SieveFault) -> Bool {
        var scan = scans.take(text, for: search)
        defer { scans.put(scan, of: text) }
        while !scan.hasFound(keys) {
            let window = try window(of: text, from: scan.position, &run)
            guard !window.isEmpty else { return false }
            let start = scan.position
            _ = scan.take(window, until: keys)
            try run.spend(scan.position - start)
        }
        return true
    }
}
