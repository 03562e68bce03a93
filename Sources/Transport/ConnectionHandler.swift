import Glibc
import NIOCore
import TLSEngine

/// The loop's side of a connection: gathers input, holds back a fast peer, wakes whoever waits.
///
/// Sendable although it is mutable: every member is touched on the channel's event loop and nowhere else, and
/// `Connection`, its only user, sees to that.
final class ConnectionHandler: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How the peer's bytes came to an end.
    enum Ending {
        case finished
        case failed(TransportError)
    }

    private(set) var input: [UInt8] = []
    private var ending: Ending?
    private var gathered = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var isReadHeldBack = false
    private var discardsInput = false
    private var isLingering = false

    private var reader: Waiter<[UInt8]?>?
    private var sender: Waiter<Void>?
    private var greeter: Waiter<TLSFacts>?
    private var closer: Waiter<Void>?
    private var waitNumber: UInt64 = 0
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture
    private var whenActive: ((ConnectionHandler, any Channel) -> Void)?

    /// `whenActive` is called once, when the channel's addresses are known and bytes may flow.
    init(whenActive: ((ConnectionHandler, any Channel) -> Void)? = nil) { self.whenActive = whenActive }

    // MARK: What the session asks for

    /// What can be said at once: bytes, the end, an error; nil if one has to wait.
    func takeInput() throws(TransportError) -> [UInt8]?? {
        guard input.isEmpty else { return .some(takeBytes()) }
        switch ending {
        case nil: return nil
        case .finished: return .some(nil)
        case .failed(let error): throw error
        }
    }

    /// Adds to what the next flush sends.
    func gather(_ bytes: [UInt8]) {
        gathered.writeBytes(bytes)
        if gathered.readableBytes >= Limits.gatheredOutputByteCount { handOver() }
    }

    /// Hands over what was gathered; true if the peer takes it as fast as it comes.
    func flushGathered() throws(TransportError) -> Bool {
        guard let context else { throw closedReason }
        handOver()
        guard context.channel.isActive else { throw closedReason }
        return context.channel.isWritable
    }

    func waitForInput(within patience: Duration) async -> Result<[UInt8]?, TransportError> {
        precondition(reader == nil, "one task at a time reads a connection")
        return await wait(within: patience) { self.reader = $0 }
    }

    func waitUntilWritable(within patience: Duration) async -> Result<Void, TransportError> {
        precondition(sender == nil, "one task at a time sends on a connection")
        return await wait(within: patience) { self.sender = $0 }
    }

    /// Puts TLS below and waits for the end of the handshake. What has come already refuses it, or, where TLS was
    /// there from the first byte, is the handshake's beginning.
    func startTLS(
        _ session: consuming TLSSession, fromFirstByte: Bool = false, within patience: Duration
    ) async throws(TransportError) -> TLSFacts {
        guard input.isEmpty || fromFirstByte else { throw .inputBeforeTLS }
        guard ending == nil, let context else { throw closedReason }
        if !input.isEmpty { takeBytes().withUnsafeBytes { session.receive($0) } }
        handOver()
        let handler = TLSHandler(session)
        let result: Result<TLSFacts, TransportError> = await wait(within: patience) { waiter in
            self.greeter = waiter
            do { try context.pipeline.syncOperations.addHandler(handler, position: .first) } catch {
                self.greeter.resume(.failure(.closed))
            }
        }
        if case .failure = result { self.context?.close(promise: nil) }
        return try result.get()
    }

    /// Sends what is left and closes; `lingering` first waits for the peer to end, so that a reply is not lost to
    /// the reset that unread input provokes.
    func close(lingering: Bool) async {
        guard let context, context.channel.isActive, closer == nil else { return }
        input = []
        discardsInput = true
        if isReadHeldBack { context.read() }
        let result: Result<Void, TransportError> = await wait(within: Limits.closePatience) { waiter in
            self.closer = waiter
            let sent = context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.assumeIsolated().whenComplete { _ in
                self.isLingering = lingering && self.ending == nil
                // No promise: the end of the channel wakes the closer.
                context.channel.close(mode: self.isLingering ? .output : .all, promise: nil)
            }
            self.handOver(sent)
        }
        if case .failure = result { self.context?.channel.close(promise: nil) }
    }

    // MARK: What the channel tells

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { becomeActive(context.channel) }
    }

    func channelActive(context: ChannelHandlerContext) {
        becomeActive(context.channel)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !discardsInput else { return }
        let buffer = unwrapInboundIn(data)
        input.append(contentsOf: buffer.readableBytesView)
        if reader != nil { reader.resume(.success(takeBytes())) }
    }

    /// Holds the peer back while more lies here than a session may leave unread.
    func read(context: ChannelHandlerContext) {
        if input.count < Limits.bufferedInputByteCount { context.read() } else { isReadHeldBack = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { sender.resume(.success(())) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandler.HandshakeFinished: greeter.resume(.success(event.facts))
        case ChannelEvent.inputClosed: end(.finished)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as TLSError: end(.failed(.tls(error)))
        case let error as IOError: end(.failed(.broken(text(of: error))))
        default: end(.failed(.closed))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failed(.closed))
        sender.resume(.failure(closedReason))
        closer.resume(.success(()))
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: How it is done

    private func becomeActive(_ channel: any Channel) {
        whenActive?(self, channel)
        whenActive = nil
    }

    private func takeBytes() -> [UInt8] {
        var taken = input
        if taken.count > Limits.readByteCount {
            taken = Array(input.prefix(Limits.readByteCount))
            input.removeFirst(Limits.readByteCount)
        } else {
            input = []
        }
        if isReadHeldBack, input.count < Limits.bufferedInputByteCount {
            isReadHeldBack = false
            context?.read()
        }
        return taken
    }

    private func handOver(_ promise: EventLoopPromise<Void>? = nil) {
        guard let context, gathered.readableBytes > 0 || promise != nil else { return }
        context.writeAndFlush(wrapOutboundOut(gathered), promise: promise)
        // As a rule the bytes have left by now and the buffer is ours alone again.
        if gathered.capacity > Limits.keptBufferByteCount {
            gathered = ByteBuffer()
        } else {
            gathered.clear()
        }
    }

    /// The first ending counts: what follows a reset or a TLS failure is only its echo.
    private func end(_ how: Ending) {
        if ending == nil { ending = how }
        if isLingering { context?.channel.close(promise: nil) }
        if case .failed = how {
            sender.resume(.failure(closedReason))
            greeter.resume(.failure(closedReason))
        }
        guard reader != nil else { return }
        if case .failed(let error) = ending {
            reader.resume(.failure(error))
        } else {
            reader.resume(.success(nil))
        }
    }

    private var closedReason: TransportError {
        if case .failed(let error) = ending { error } else { .closed }
    }

    private func text(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNRESET, EPIPE: "the peer reset the connection"
        case let code: String(cString: strerror(code))
        }
    }

    // MARK: Waiting

    private func wait<Value>(
        within patience: Duration, _ begin: (Waiter<Value>) -> Void
    ) async -> Result<Value, TransportError> {
        guard let loop = context?.eventLoop else { return .failure(closedReason) }
        waitNumber += 1
        let number = waitNumber
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let deadline = NIODeadline.after(patience, from: loop.now)
                begin(Waiter(number: number, deadline: deadline, continuation: continuation))
                setTimer(deadline)
            }
        } onCancel: {
            // Comes behind `begin` even if the task was cancelled before: this function holds the loop until then.
            loop.execute { self.cancel(number) }
        }
    }

    private func cancel(_ number: UInt64) {
        reader.cancel(number)
        sender.cancel(number)
        greeter.cancel(number)
        closer.cancel(number)
    }

    /// One timer for all waits: it is moved forward only, and looks when it fires whether anybody is late. So a
    /// session of short waits sets it once in a while and not with each.
    private func setTimer(_ deadline: NIODeadline) {
        guard timer == nil || deadline < timerAt, let context, context.channel.isActive else { return }
        timer?.cancel()
        timerAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }

    private func timerFired() {
        timer = nil
        guard let now = context?.eventLoop.now else { return }
        reader.expire(at: now)
        sender.expire(at: now)
        greeter.expire(at: now)
        closer.expire(at: now)
        let next = [reader?.deadline, sender?.deadline, greeter?.deadline, closer?.deadline].compactMap(
            \.self
        ).min()
        if let next { setTimer(next) }
    }
}
