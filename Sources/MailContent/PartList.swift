import MailSyntax

/// The parts found so far and those that are still open, line by line.
struct PartList: Sendable {
    /// A part whose end was not seen yet.
    private struct Open: Sendable {
        let index: Int
        /// What stands between its parts; nil: it has none, or its closing delimiter was seen.
        var boundary: [UInt8]?
    }

    /// The header being read; nil: lines belong to a body.
    private struct Header: Sendable {
        let start: Int
        let parent: Int?
        let depth: Int
        let isInDigest: Bool
        var bytes: [UInt8] = []
        var fieldCount = 0
        /// What follows could not be kept, so what is kept ends with the field before.
        var isCut = false
    }

    private var parts: [MIMEPart] = []
    private var open: [Open] = []
    private var header: Header?
    private var excess: MIMEStructure.Excess?
    private var headerByteCount = 0
    /// Of the line before, which a delimiter takes with it.
    private var lastEndByteCount = 0

    init() { header = Header(start: 0, parent: nil, depth: 0, isInDigest: false) }

    /// There are no boundaries to look for, and no header is being read.
    var wantsNothing: Bool { header == nil && !open.contains { $0.boundary != nil } }

    /// How much of a line is worth keeping.
    var usefulLineByteCount: Int {
        header == nil ? Limits.boundaryByteCount + 4 : max(Limits.headerByteCount - headerByteCount, 1024)
    }

    mutating func line(_ line: Line) {
        if line.mayBeDelimiter, let level = delimitedLevel(line) {
            takeDelimiter(line, level: level)
        } else if header != nil {
            takeHeaderLine(line)
        }
        lastEndByteCount = line.endByteCount
    }

    consuming func finish(at end: Int) -> MIMEStructure {
        while header != nil { endHeader(at: end, bodyAt: end) }
        close(downTo: 0, at: end)
        return MIMEStructure(parts: parts, excess: excess)
    }

    // MARK: Delimiters

    /// The place in `open` of the multipart that the line delimits.
    private func delimitedLevel(_ line: Line) -> Int? {
        var best: (level: Int, byteCount: Int)?
        for level in open.indices.reversed() {
            guard let boundary = open[level].boundary, boundary.count > best?.byteCount ?? 0,
                line.isDelimiter(boundary)
            else { continue }
            best = (level, boundary.count)
        }
        return best?.level
    }

    private mutating func takeDelimiter(_ line: Line, level: Int) {
        guard let boundary = open[level].boundary else { return }
        let isLast = line.closes(boundary)
        guard isLast || parts.count < Limits.partCount else {
            excess = .parts
            return
        }
        let end = line.start - lastEndByteCount
        // More than once for a message without a byte, which begins a header of its own.
        while let start = header?.start { endHeader(at: max(start, end), bodyAt: max(start, end)) }
        close(downTo: level + 1, at: end)
        if isLast { open[level].boundary = nil } else { beginPart(in: open[level].index, at: line.end) }
    }

    /// Ends the open parts from this place in `open` on.
    private mutating func close(downTo level: Int, at end: Int) {
        while open.count > level, let last = open.popLast() {
            let part = parts[last.index]
            // The last part in it may be empty, right behind a delimiter that another one follows.
            let content = part.children.last.map { parts[$0].range.upperBound } ?? part.body.lowerBound
            parts[last.index].body = part.body.lowerBound..<max(content, end)
        }
    }

    private mutating func beginPart(in parent: Int, at start: Int) {
        let whole = parts[parent]
        header = Header(
            start: start, parent: parent, depth: whole.depth + 1,
            isInDigest: whole.type.name == "multipart/digest")
    }

    // MARK: Header

    private mutating func takeHeaderLine(_ line: Line) {
        guard var current = header.take() else { return }
        let goesOn = line.beginsWithBlank && current.fieldCount > 0
        if line.isEmpty {
            header = current
            endHeader(at: line.start, bodyAt: line.end)
        } else if goesOn || line.isField && current.fieldCount < Limits.headerFieldCount {
            if !goesOn { current.fieldCount += 1 }
            keep(line, in: &current)
            header = current
        } else {
            // The line is the first of the body, which may be a message or begin with a delimiter.
            header = current
            endHeader(at: line.start, bodyAt: line.start)
            self.line(line)
        }
    }

    private mutating func keep(_ line: Line, in current: inout Header) {
        let isWhole = line.bytes.count == line.end - line.start
        guard !current.isCut, isWhole, headerByteCount + line.bytes.count <= Limits.headerByteCount else {
            current.isCut = true
            excess = .header
            return
        }
        current.bytes += line.bytes
        headerByteCount += line.bytes.count
    }

    private mutating func endHeader(at end: Int, bodyAt bodyStart: Int) {
        guard let ended = header.take() else { return }
        let fields = HeaderBlock(ended.bytes)
        let missing: ContentType = ended.isInDigest ? .message : .plainText
        let type = fields.first(named: "Content-Type").map {
            ContentType(ended.bytes[$0.valueRange]) ?? .plainText
        }
        let encoding = fields.first(named: "Content-Transfer-Encoding").map {
            TransferEncoding(ended.bytes[$0.valueRange])
        }
        let index = parts.count
        parts.append(
            MIMEPart(
                header: ended.start..<max(ended.start, end), body: bodyStart..<bodyStart,
                headerBytes: ended.bytes,
                fields: fields, type: type ?? missing, encoding: encoding ?? .identity, parent: ended.parent,
                depth: ended.depth))
        if let parent = ended.parent { parts[parent].children.append(index) }
        enter(index, at: bodyStart)
    }

    /// Looks for the parts within a part.
    private mutating func enter(_ index: Int, at bodyStart: Int) {
        let part = parts[index]
        let boundary = part.type.isMultipart ? part.type.boundary : nil
        let isMessage = part.type.isMessage && part.encoding == .identity
        var opened = Open(index: index, boundary: nil)
        defer { open.append(opened) }
        guard boundary != nil || isMessage else { return }
        guard part.depth + 1 < Limits.partDepth, parts.count < Limits.partCount else {
            excess = part.depth + 1 < Limits.partDepth ? .parts : .depth
            return
        }
        parts[index].isContainer = true
        if isMessage {
            header = Header(start: bodyStart, parent: index, depth: part.depth + 1, isInDigest: false)
        } else {
            opened.boundary = boundary
        }
    }
}
