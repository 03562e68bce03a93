import MailContent

/// `addheader [":last"] <field-name> <value>` (RFC 5293 section 4).
struct AddHeaderAction: Action, Readable {
    static let name = "addheader"
    static let capability: Capability? = .editheader

    private let isLast: Bool
    private let field: FieldName
    private let value: ScriptString

    init?(_ arguments: inout Arguments) {
        isLast = arguments.tag("last") != nil
        guard let field = FieldName(&arguments), let value = arguments.string("a value") else { return nil }
        self.field = field
        self.value = value
        guard let constant = value.constant, constant.count > Limits.addedValueByteCount else { return }
        arguments.error("a field's value has at most \(Limits.addedValueByteCount) bytes", at: value.place)
        return nil
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        guard let name = try field.name(in: run, sparing: run.context.unaddableFields) else { return }
        guard run.header.addedCount < Limits.addedFieldCount else { throw .tooManyFields }
        let bytes = run.expanded(value)
        guard bytes.count <= Limits.addedValueByteCount else {
            throw .unfit("a value of more than \(Limits.addedValueByteCount) bytes for field \"\(name)\"")
        }
        let text = String(decoding: Self.line(bytes), as: UTF8.self)
        run.header.add(HeaderField(adding: name, value: EncodedWord.encode(text)), last: isLast)
    }

    /// On one line; where it was broken one blank stands.
    private static func line(_ value: [UInt8]) -> [UInt8] {
        guard value.contains(where: ASCII.isLineEnd) else { return value }
        let lines = value.split(whereSeparator: ASCII.isLineEnd).map { line in
            line.drop(while: ASCII.isWhite).reversed().drop(while: ASCII.isWhite).reversed()
        }
        return Array(lines.filter { !$0.isEmpty }.joined(separator: [ASCII.space]))
    }
}

/// The name of a field to change.
struct FieldName: Sendable {
    private let string: ScriptString

    init?(_ arguments: inout Arguments) {
        guard let string = arguments.string("the name of a header field") else { return nil }
        self.string = string
        guard let constant = string.constant, !constant.isFieldName else { return }
        arguments.error(Self.complaint(constant), at: string.place)
        return nil
    }

    /// nil: it is one of those that are left alone.
    func name(in run: SieveRun, sparing protected: Set<String>) throws(SieveFault) -> String? {
        let bytes = run.expanded(string)
        guard bytes.isFieldName else { throw .unfit(Self.complaint(bytes)) }
        return protected.contains(ASCII.lowercased(bytes[...])) ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// In lower case, if it is known now.
    var constantKey: String? { string.constant.map { ASCII.lowercased($0[...]) } }

    /// As the script has it.
    var shown: String { string.constant.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    private static func complaint(_ bytes: [UInt8]) -> String {
        "no header field has the name \"\(String(decoding: bytes, as: UTF8.self))\""
    }
}
