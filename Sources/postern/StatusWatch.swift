import MailSyntax
import RelayControl

/// `postern status --watch`: the status, drawn anew each second until somebody has seen enough.
struct StatusWatch {
    let client: ControlClient

    func run() async throws {
        // Who is not let in, or finds no daemon, hears so on the usual screen.
        var status = try ControlClient.decode(StatusDocument.self, from: try await client.status())
        let screen = TerminalScreen()
        screen.enter()
        defer { screen.leave() }
        var failure: ControlFailure?
        draw(status, failure, on: screen)
        for await event in screen.events() {
            switch event {
            case .quit: return
            case .suspended: screen.suspend()
            case .resized: break
            case .tick:
                // A daemon that restarts comes back: until then what was known stays on the screen.
                do throws(ControlFailure) {
                    status = try ControlClient.decode(StatusDocument.self, from: try await client.status())
                    failure = nil
                } catch { failure = error }
            }
            draw(status, failure, on: screen)
        }
    }

    private func draw(_ status: StatusDocument, _ failure: ControlFailure?, on screen: TerminalScreen) {
        let size = TerminalScreen.size
        let lines = StatusScreen(
            status, failure: failure?.text, now: WallClock.now(), lineCount: size.lineCount,
            columnCount: size.columnCount, paint: .output
        ).lines
        screen.draw(lines)
    }
}

/// What stands on a screen of a size.
struct StatusScreen {
    let lines: [String]

    init(
        _ status: StatusDocument, failure: String?, now: Timestamp, lineCount: Int, columnCount: Int,
        paint: Paint
    ) {
        var lines = StatusReport(status, now: now, width: columnCount, paint: paint).lines
        if let failure {
            lines.insert(paint.alarm(Table.clean("NO ANSWER: \(failure)", width: columnCount)), at: 1)
        }
        let help = "q quits"
        let room = max(lineCount - 2, 1)
        if lines.count > room {
            let hidden = lines.count - room + 1
            lines = lines.prefix(room - 1) + ["… \(hidden) more lines; enlarge the window"]
        }
        lines += [String](repeating: "", count: max(lineCount - 1 - lines.count, 0))
        let clock = Figures.clock(now)
        let gap = String(repeating: " ", count: max(columnCount - help.count - clock.count, 1))
        self.lines = lines + [help + gap + clock]
    }
}
