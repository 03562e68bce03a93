import Dispatch
import Glibc

/// The terminal as a screen that is drawn again and again: the alternate one, without echo and cursor. `leave` gives
/// everything back as it was.
final class TerminalScreen {
    enum Event: Sendable {
        /// A second is over.
        case tick
        case resized
        case quit
        case suspended
    }

    private var saved = termios()
    private var sources: [any DispatchSourceProtocol] = []

    /// Whether there is a terminal at both ends.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Lines and columns.
    static var size: (lineCount: Int, columnCount: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0
        else {
            return (24, 80)
        }
        return (Int(window.ws_row), Int(window.ws_col))
    }

    func enter() {
        tcgetattr(STDIN_FILENO, &saved)
        var raw = saved
        raw.c_lflag &= ~UInt32(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        Output.write(Array("\u{1B}[?1049h\u{1B}[?25l".utf8))
    }

    func leave() {
        Output.write(Array("\u{1B}[?25h\u{1B}[?1049l".utf8))
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
    }

    /// Stops the process as Ctrl-Z does, and goes on when the shell says so.
    func suspend() {
        leave()
        // To this thread: one sent to the process might stop it only after the screen was taken again.
        pthread_kill(pthread_self(), SIGSTOP)
        enter()
    }

    /// Draws over what is there in one write, so that nothing flickers.
    func draw(_ lines: [String]) {
        let text = lines.prefix(Self.size.lineCount).map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        Output.write(Array("\u{1B}[?2026h\u{1B}[H\(text)\u{1B}[J\u{1B}[?2026l".utf8))
    }

    /// What happens from now on: keys, a new size, signals that end, and a tick each second.
    func events() -> AsyncStream<Event> {
        AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
            let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
            keys.setEventHandler { if let event = Self.readKey() { continuation.yield(event) } }
            let timer = DispatchSource.makeTimerSource(queue: .global())
            timer.schedule(deadline: .now() + 1, repeating: 1)
            timer.setEventHandler { continuation.yield(.tick) }
            sources = [keys, timer]
            for (number, event) in [
                (SIGWINCH, Event.resized), (SIGCONT, .resized), (SIGINT, .quit), (SIGTERM, .quit),
                (SIGHUP, .quit),
            ] {
                if event == .quit { signal(number, SIG_IGN) }
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(event) }
                sources.append(source)
            }
            for source in sources { source.activate() }
        }
    }

    /// `q`, Ctrl-C and Ctrl-D leave; Ctrl-Z suspends; the rest means nothing. A terminal that is gone ends it too.
    private static func readKey() -> Event? {
        var byte: UInt8 = 0
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return .quit }
        switch byte {
        case UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4: return .quit
        case 26: return .suspended
        default: return nil
        }
    }
}
