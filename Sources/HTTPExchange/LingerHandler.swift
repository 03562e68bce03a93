import NIOCore

/// Closes a connection so that the last answer arrives: ends our half, and throws away what the peer still sends
/// until it ends its own, within bounds. A full close at once would reset the connection under a peer that is
/// still sending, and the answer with it.
///
/// It stands next to the socket, so that every way to close goes through it.
final class LingerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let patience: TimeAmount
    private var timer: Scheduled<Void>?
    private var byteCountLeft = Limits.lingerByteCount
    private var hasAnswered = false
    private var isLingering = false

    init(patience: Duration) { self.patience = TimeAmount(patience) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        hasAnswered = true
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all else { return context.close(mode: mode, promise: promise) }
        context.channel.closeFuture.cascade(to: promise)
        guard !isLingering else { return }
        guard hasAnswered, context.channel.isActive else { return context.close(promise: nil) }
        isLingering = true
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            context.close(promise: nil)
        }
        // Perhaps it is ended already.
        context.close(mode: .output, promise: nil)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isLingering else { return context.fireChannelRead(data) }
        byteCountLeft -= unwrapInboundIn(data).readableBytes
        if byteCountLeft < 0 { context.close(promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isLingering else { return context.fireChannelReadComplete() }
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isLingering else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }
}
