/// An enhanced status code, `class.subject.detail` (RFC 3463).
public struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    /// 2 success, 4 temporary, 5 for good.
    public let kind: Int
    /// What the status is about.
    public let subject: Int
    /// The exact condition.
    public let detail: Int

    /// A status of its three numbers.
    public init(_ kind: Int, _ subject: Int, _ detail: Int) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// The dotted form.
    public var description: String { "\(kind).\(subject).\(detail)" }
}
