import CYAML

/// One event of libyaml's parser.
struct YAMLEvent {
    enum Kind {
        case documentStart
        case scalar(Node.Scalar)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case alias
        case streamEnd
        /// What says nothing about the content.
        case other
    }

    var kind: Kind
    var place: Place
    var hasAnchor = false
    var hasTag = false
}

/// Why a file is not YAML.
struct YAMLError: Error {
    var place: Place
    var text: String
}

/// libyaml's parser over bytes that it owns.
struct YAMLEvents: ~Copyable {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser.initialize(to: yaml_parser_t())
        let isReady = yaml_parser_initialize(parser) == 1
        precondition(isReady, "libyaml found no memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        let place = Self.place(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, place: place)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, place: place)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, place: place)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, place: place)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias, place: place)
        case YAML_SCALAR_EVENT:
            let data = event.data.scalar
            return YAMLEvent(
                kind: .scalar(Self.scalar(data.value, data.length, data.style, place)), place: place,
                hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, place: place, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, place: place, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        default:
            return YAMLEvent(kind: .other, place: place)
        }
    }

    private static func scalar(
        _ value: UnsafeMutablePointer<yaml_char_t>?, _ length: Int, _ style: yaml_scalar_style_t,
        _ place: Place
    ) -> Node.Scalar {
        let text = String(decoding: UnsafeBufferPointer(start: value, count: length), as: UTF8.self)
        return Node.Scalar(text: text, isPlain: style == YAML_PLAIN_SCALAR_STYLE, place: place)
    }

    private static func place(_ mark: yaml_mark_t) -> Place {
        Place(line: mark.line + 1, column: mark.column + 1)
    }

    /// libyaml counts characters.
    private func firstByte(ofCharacter index: Int) -> UInt8? {
        input.lazy.filter { $0 & 0xC0 != 0x80 }.dropFirst(index).first
    }

    private func problem() -> YAMLError {
        let words = parser.pointee.problem.map { String(cString: $0) } ?? ""
        guard parser.pointee.error == YAML_READER_ERROR else {
            let mark = parser.pointee.problem_mark
            let text = YAMLProblem.text(
                words, at: firstByte(ofCharacter: mark.index),
                context: Self.place(parser.pointee.context_mark))
            return YAMLError(place: Self.place(mark), text: text)
        }
        let before = input.prefix(parser.pointee.problem_offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
        // A character is as many columns as it has first bytes.
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return YAMLError(place: Place(line: line, column: column), text: YAMLProblem.unreadable(words))
    }
}
