package import NIOCore
package import TLSEngine

/// TLS in a channel: ciphertext on the socket's side, plain text on the other.
///
/// Begins its handshake when it is added, so that it serves STARTTLS and implicit TLS alike, and is never removed.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Told upwards once both sides agree.
    package struct HandshakeFinished: Sendable {
        package let facts: TLSFacts
    }

    private enum State {
        case handshaking
        case open
        /// The peer has said that it sends no more.
        case inputEnded
        case failed(TLSError)
        /// We have said goodbye; what still comes is not looked at.
        case closed
    }

    private var session: TLSSession
    private var state = State.handshaking
    /// Written before the handshake has ended.
    private var early: [(ByteBuffer, EventLoopPromise<Void>?)] = []
    /// Promises of what is encrypted but not flushed.
    private var unflushed: [EventLoopPromise<Void>] = []

    package init(_ session: consuming TLSSession) { self.session = session }

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { handshake(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        handshake(context)
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { session.receive($0) }
        advance(context)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        session.receiveEnd()
        advance(context)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        session.receiveEnd()
        advance(context)
        settle(.failure(ChannelError.eof))
        context.fireChannelInactive()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let plaintext = unwrapOutboundIn(data)
        switch state {
        case .handshaking: early.append((plaintext, promise))
        case .open, .inputEnded: encrypt(plaintext, promise, context)
        case .failed(let error): promise?.fail(error)
        case .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    package func flush(context: ChannelHandlerContext) { flushOutput(context) }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, !isOver else { return context.close(mode: mode, promise: promise) }
        session.close()
        if mode == .all { state = .closed }
        // The goodbye must have left first: a close drops what is still being written.
        let sent = context.eventLoop.makePromise(of: Void.self)
        unflushed.append(sent)
        flushOutput(context)
        sent.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: mode, promise: promise) }
    }

    private var isOver: Bool {
        switch state {
        case .failed, .closed: true
        case .handshaking, .open, .inputEnded: false
        }
    }

    private func advance(_ context: ChannelHandlerContext) {
        if case .handshaking = state { handshake(context) }
        if case .open = state { decrypt(context) }
    }

    private func handshake(_ context: ChannelHandlerContext) {
        do throws(TLSError) {
            switch try session.handshake() {
            case .wantsInput: flushOutput(context)
            case .finished(let facts):
                state = .open
                for (plaintext, promise) in early { encrypt(plaintext, promise, context) }
                early = []
                flushOutput(context)
                context.fireUserInboundEventTriggered(HandshakeFinished(facts: facts))
            }
        } catch { fail(error, context) }
    }

    private func decrypt(_ context: ChannelHandlerContext) {
        var result = TLSSession.ReadResult.bytes(0)
        while case .bytes = result {
            let capacity = min(max(session.unreadByteCount, 512), Limits.readByteCount)
            var plaintext = context.channel.allocator.buffer(capacity: capacity)
            do throws(TLSError) { result = try fill(&plaintext) } catch {
                if plaintext.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plaintext)) }
                return fail(error, context)
            }
            if plaintext.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plaintext)) }
        }
        flushOutput(context)
        if result == .ended, case .open = state {
            state = .inputEnded
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    /// Reads until the buffer is full or nothing is left.
    private func fill(_ plaintext: inout ByteBuffer) throws(TLSError) -> TLSSession.ReadResult {
        var result = TLSSession.ReadResult.bytes(0)
        while plaintext.writableBytes > 0, case .bytes = result {
            var failure: TLSError?
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { space in
                do throws(TLSError) { result = try session.read(into: space) } catch { failure = error }
                if failure == nil, case .bytes(let count) = result { return count }
                return 0
            }
            if let failure { throw failure }
        }
        return result
    }

    private func encrypt(
        _ plaintext: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        if let promise { unflushed.append(promise) }
        var failure: TLSError?
        plaintext.withUnsafeReadableBytes { bytes in
            do throws(TLSError) { try session.write(bytes) } catch { failure = error }
        }
        if let failure { fail(failure, context) }
    }

    private func flushOutput(_ context: ChannelHandlerContext) {
        guard session.hasOutput || !unflushed.isEmpty else { return context.flush() }
        let buffer = ByteBuffer(bytes: session.takeOutput())
        var promise: EventLoopPromise<Void>?
        for follower in unflushed {
            if let promise { promise.futureResult.cascade(to: follower) } else { promise = follower }
        }
        unflushed = []
        context.writeAndFlush(wrapOutboundOut(buffer), promise: promise)
    }

    /// The output may hold the alert that tells the peer why.
    private func fail(_ error: TLSError, _ context: ChannelHandlerContext) {
        state = .failed(error)
        flushOutput(context)
        settle(.failure(error))
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    private func settle(_ result: Result<Void, any Error>) {
        let promises = early.compactMap(\.1) + unflushed
        (early, unflushed) = ([], [])
        for promise in promises { promise.completeWith(result) }
    }
}
