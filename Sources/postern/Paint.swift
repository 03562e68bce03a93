import Glibc

/// Colours, where there is somebody to see them: on a terminal that knows them, unless NO_COLOR says no.
struct Paint {
    let isOn: Bool

    static let none = Paint(isOn: false)

    /// As standard output wants it.
    static var output: Paint {
        let refusal = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        return Paint(isOn: isatty(STDOUT_FILENO) == 1 && !refusal && !isDumb)
    }

    /// Somebody must act.
    func alarm(_ text: String) -> String { paint(text, 31) }
    /// Not as usual, and somebody knows.
    func notice(_ text: String) -> String { paint(text, 33) }
    func title(_ text: String) -> String { paint(text, 1) }

    private func paint(_ text: String, _ code: Int) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
