import NIOCore
import NIOHTTP1

/// Closes an HTTP connection whose peer is too slow: with its message, or in taking ours.
final class PatienceHandler<Incoming: Equatable, Outgoing: Equatable>: ChannelDuplexHandler {
    typealias InboundIn = HTTPPart<Incoming, ByteBuffer>
    typealias InboundOut = HTTPPart<Incoming, ByteBuffer>
    typealias OutboundIn = HTTPPart<Outgoing, IOData>
    typealias OutboundOut = HTTPPart<Outgoing, IOData>

    /// Told upwards before the channel closes.
    struct RanOut: Error {}

    private let incoming: TimeAmount
    private let outgoing: TimeAmount
    private let waitsFirst: Bool
    private var timer: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    /// `waitsFirst`: the peer has the first word, as at a server.
    init(incoming: Duration, outgoing: Duration, waitsFirst: Bool) {
        self.incoming = TimeAmount(incoming)
        self.outgoing = TimeAmount(outgoing)
        self.waitsFirst = waitsFirst
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive, waitsFirst { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        if waitsFirst { start(context) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { stop() }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { start(context) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = context.channel.isWritable ? nil : runOut(after: outgoing, context)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        stall?.cancel()
        context.fireChannelInactive()
    }

    private func start(_ context: ChannelHandlerContext) {
        stop()
        timer = runOut(after: incoming, context)
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }

    private func runOut(after time: TimeAmount, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.fireErrorCaught(RanOut())
            context.close(promise: nil)
        }
    }
}
