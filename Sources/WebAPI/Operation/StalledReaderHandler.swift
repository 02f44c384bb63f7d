import NIOCore

/// Cuts off a client that takes nothing of what is sent to it for a while. Until it did, what was let in for it would
/// lie in its connection, and be read when it may be read no more.
final class StalledReaderHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    /// How long a client may take nothing.
    static let patience = TimeAmount.seconds(30)

    private var end: Scheduled<Void>?

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            end?.cancel()
            end = nil
        } else if end == nil {
            let channel = context.channel
            end = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        end = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(data)
    }
}
