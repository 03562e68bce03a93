import MailContent

/// `addheader [":last"] <field-name> <value>` (RFC 5293 section 4).
struct AddHeaderAction: Action {
    static let name = "addheader"
    static let capability: Capability? = .editheader

    private let isLast: Bool
    private let field: HeaderField

    init?(_ arguments: inout Arguments) {
        isLast = arguments.tag("last") != nil
        guard let name = arguments.fieldName(), let value = arguments.string("a value") else { return nil }
        guard value.bytes.count <= Limits.addedValueByteCount else {
            let reason = "a field's value has at most \(Limits.addedValueByteCount) bytes"
            arguments.diagnostics.error(reason, at: value.place)
            return nil
        }
        field = HeaderField(adding: name, value: EncodedWord.encode(value.string))
    }

    func perform(in run: inout SieveRun, rule: String) throws(SieveFault) {
        guard run.header.addedCount < Limits.addedFieldCount else { throw .tooManyFields }
        run.header.add(field, last: isLast)
    }
}

extension Arguments {
    /// The name of a field to change.
    mutating func fieldName() -> String? {
        guard let name = string("the name of a header field") else { return nil }
        if name.isFieldName { return name.string }
        diagnostics.error("no header field has the name \"\(name.string)\"", at: name.place)
        return nil
    }
}
