extension ArraySlice<UInt8> {
    /// Takes away the rest of a comment, behind its opening parenthesis, or all if it does not end. Comments nest
    /// (RFC 5322 section 3.2.2).
    package mutating func skipComment() {
        var depth = 1
        while depth > 0, let byte = popFirst() {
            switch byte {
            case ASCII.openParenthesis: depth += 1
            case ASCII.closeParenthesis: depth -= 1
            case ASCII.backslash: _ = popFirst()
            default: break
            }
        }
    }
}
