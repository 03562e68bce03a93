import CConfinement
import Glibc

/// One program under way: its pipes, and the loop that feeds it and listens to it.
struct ProgramRun {
    private let order: ProgramOrder
    private let uptime: @Sendable () -> ContinuousClock.Instant
    private let input: Pipe
    private let output: Pipe
    private let complaints: Pipe
    private var pid: pid_t = 0
    private var watch: Int32 = -1
    /// The program ended; what it started may go on, and print.
    private var hasExited = false
    private var isInputOpen = true
    private var isOutputOpen = true
    private var isComplaintOpen = true
    /// What of the input is written, and what is read of it but not written yet.
    private var fedCount = 0
    private var window: ArraySlice<UInt8> = []
    private var printed: [UInt8] = []
    private var complaint: [UInt8] = []

    /// Two ends of a pipe, neither of which a program inherits by itself.
    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws(ProgramError) {
            var ends: [Int32] = [-1, -1]
            guard confined_pipe(&ends) == 0 else {
                throw .unusable("no pipe: \(String(cString: strerror(errno)))")
            }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    init(_ order: ProgramOrder, uptime: @escaping @Sendable () -> ContinuousClock.Instant)
        throws(ProgramError)
    {
        self.order = order
        self.uptime = uptime
        input = try Pipe()
        do throws(ProgramError) { output = try Pipe() } catch {
            Glibc.close(input.reading)
            Glibc.close(input.writing)
            throw error
        }
        do throws(ProgramError) { complaints = try Pipe() } catch {
            for end in [input, output] {
                Glibc.close(end.reading)
                Glibc.close(end.writing)
            }
            throw error
        }
    }

    // MARK: Start

    mutating func start(_ path: String, ruleset: Int32, timeout: Duration) throws(ProgramError) {
        blockBrokenPipes()
        let environment =
            ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]
            + order.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let seconds = UInt(max(1, timeout.components.seconds)) + 2
        let failure = withCStrings([order.name] + order.arguments) { arguments in
            withCStrings(environment) { environment in
                path.withCString { path in
                    var start = confined_start()
                    (start.path, start.arguments, start.environment) = (path, arguments, environment)
                    (start.input, start.output, start.errors) = (
                        input.reading, output.writing, complaints.writing
                    )
                    start.ruleset = ruleset
                    start.processor_seconds = seconds
                    start.memory = Limits.memoryByteCount
                    start.processes = Limits.processCount
                    start.files = Limits.fileCount
                    return confined_spawn(&start, &pid)
                }
            }
        }
        for end in [input.reading, output.writing, complaints.writing] { Glibc.close(end) }
        guard failure == 0 else {
            pid = 0
            throw .unusable("\(path) cannot be started: \(String(cString: strerror(failure)))")
        }
        watch = confined_watch(pid)
        guard watch >= 0 else {
            throw .unusable("\(path) cannot be watched: \(String(cString: strerror(errno)))")
        }
        for end in [input.writing, output.reading, complaints.reading] {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// A program that does not read its input is told by the write that fails, and not by a signal.
    private func blockBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    // MARK: The loop

    /// Feeds and listens until the program has ended and nobody can print any more, or until it must end.
    mutating func finish(
        until deadline: ContinuousClock.Instant, timeout: Duration
    ) throws(ProgramError) -> ProgramOutcome {
        if order.inputByteCount == 0 { closeInput() }
        while !isOver {
            wait(until: deadline)
            feed()
            listen()
            if printed.count > order.outputByteCountLimit {
                end(within: .zero)
                throw .tooMuchOutput(limit: order.outputByteCountLimit)
            }
            if !isOver, uptime() >= deadline {
                end(within: Limits.grace)
                throw .timedOut(timeout)
            }
        }
        let status = end(within: .zero)
        if status & 0x7F != 0 { throw .killed(signal: status & 0x7F, complaint: complaintText) }
        return ProgramOutcome(status: (status >> 8) & 0xFF, output: printed)
    }

    /// Output that ends before those who could go on with it have closed it would be half of it.
    private var isOver: Bool { hasExited && !isOutputOpen }

    /// Waits until there is something to do.
    private mutating func wait(until deadline: ContinuousClock.Instant) {
        let left = max(.zero, deadline - uptime())
        // The end is told for ever: once is enough.
        var sources = [pollfd(fd: hasExited ? -1 : watch, events: Int16(POLLIN), revents: 0)]
        if isInputOpen { sources.append(pollfd(fd: input.writing, events: Int16(POLLOUT), revents: 0)) }
        if isOutputOpen { sources.append(pollfd(fd: output.reading, events: Int16(POLLIN), revents: 0)) }
        if isComplaintOpen {
            sources.append(pollfd(fd: complaints.reading, events: Int16(POLLIN), revents: 0))
        }
        let milliseconds =
            left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        poll(&sources, nfds_t(sources.count), Int32(clamping: milliseconds + 1))
        if sources[0].revents != 0 { hasExited = true }
    }

    private mutating func feed() {
        while isInputOpen {
            if window.isEmpty {
                guard fedCount < order.inputByteCount else { return closeInput() }
                window =
                    order.input(
                        fedCount..<min(fedCount + Limits.windowByteCount, order.inputByteCount))[...]
                guard !window.isEmpty else { return closeInput() }
            }
            let count = window.withUnsafeBytes { write(input.writing, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? () : closeInput()
            }
            window = window.dropFirst(count)
            fedCount += count
        }
    }

    private mutating func listen() {
        if isOutputOpen {
            isOutputOpen = Self.drain(output.reading) { chunk in
                printed += chunk
                return printed.count <= order.outputByteCountLimit
            }
        }
        guard isComplaintOpen else { return }
        isComplaintOpen = Self.drain(complaints.reading) { chunk in
            complaint += chunk.prefix(Limits.complaintByteCount - complaint.count)
            return true
        }
    }

    /// Reads what nobody will look at.
    private mutating func ignore() {
        if isOutputOpen { isOutputOpen = Self.drain(output.reading) { _ in true } }
        if isComplaintOpen { isComplaintOpen = Self.drain(complaints.reading) { _ in true } }
    }

    /// Reads what there is, at most some windows, as long as `take` wants more; false at the end.
    private static func drain(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Bool) -> Bool {
        var chunk = [UInt8](repeating: 0, count: Limits.windowByteCount)
        for _ in 0..<16 {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return false }
            guard count > 0 else { return errno == EAGAIN || errno == EINTR }
            guard take(chunk.prefix(count)) else { return true }
        }
        return true
    }

    // MARK: The end

    private mutating func closeInput() {
        guard isInputOpen else { return }
        isInputOpen = false
        Glibc.close(input.writing)
    }

    /// Ends the whole group of processes, gently at first if there is time for it, and tells how the first of them ended.
    @discardableResult
    private mutating func end(within grace: Duration) -> Int32 {
        closeInput()
        if grace > .zero {
            kill(-pid, SIGTERM)
            let deadline = uptime() + grace
            while !hasExited, uptime() < deadline {
                wait(until: deadline)
                ignore()
            }
        }
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        pid = 0
        return status
    }

    private var complaintText: String {
        String(decoding: complaint, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// Gives back what the run held.
    mutating func close() {
        if pid > 0 { end(within: .zero) }
        closeInput()
        Glibc.close(output.reading)
        Glibc.close(complaints.reading)
        if watch >= 0 { Glibc.close(watch) }
    }
}

/// Texts as C has them, with the null at the end.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the null is there") }
        return body(base)
    }
}
