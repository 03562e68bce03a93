import Glibc
import RelayControl
import Synchronization

/// How far long work is, on standard error where that is a terminal; rows of the output go past it.
final class ProgressBar: Sendable {
    /// Whether somebody sees it.
    static var isWanted: Bool { isatty(STDERR_FILENO) == 1 }

    private let isDrawn = Mutex(false)

    /// Draws what a line of the daemon says if it tells of progress; false: it is one of the documents.
    func take(_ line: [UInt8]) -> Bool {
        guard line.starts(with: Self.mark) else { return false }
        // A line that cannot be read draws nothing, and is no document either.
        if let progress = try? ControlClient.decode(WalkProgress.self, from: line) { draw(progress) }
        return true
    }

    /// Makes room for a row of the output.
    func clear() {
        isDrawn.withLock { isDrawn in
            if isDrawn { Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO) }
            isDrawn = false
        }
    }

    func draw(_ progress: WalkProgress) {
        guard progress.total >= Self.longCount, progress.examined < progress.total else { return clear() }
        let text = Self.text(progress, width: 80)
        isDrawn.withLock { isDrawn in
            isDrawn = true
            Output.write(Array("\r\(text)\u{1B}[K".utf8), to: STDERR_FILENO)
        }
    }

    /// `[#####.....]  1234/20000  6 %`
    static func text(_ progress: WalkProgress, width: Int) -> String {
        let done = min(progress.examined, progress.total)
        let share = progress.total > 0 ? done * 100 / progress.total : 100
        let figures = "\(done)/\(progress.total)  \(share) %"
        let room = max(width - figures.count - 5, 10)
        let filled = room * share / 100
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
        return "[\(bar)]  \(figures)"
    }

    private static let mark = Array(#"{"examined":"#.utf8)
    /// What is less is over before anybody looks.
    private static let longCount = 200
}
