import HummingbirdCore
import Logging
import NIOCore

/// Hummingbird's HTTP/1.1, and one thing more: when the client hangs up, the task of its connection is cancelled, and
/// with it the query that nobody waits for any more.
///
/// It costs two tasks a connection and nothing a request. A client that closes only its sending half counts as one that
/// has hung up, as it does for most servers: no HTTP client does so before it has read its answer.
struct AttentiveHTTP1Channel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let hangUp: AsyncStream<Void>

        var channel: any Channel { http.channel }
    }

    private let http: HTTP1Channel

    init(responder: @escaping HTTPChannelHandler.Responder, configuration: HTTP1Channel.Configuration) {
        http = HTTP1Channel(responder: responder, configuration: configuration)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (stream, source) = AsyncStream<Void>.makeStream()
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(HangUpHandler(source), StalledReaderHandler())
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map { Value(http: $0, hangUp: stream) }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskGroup { group in
            group.addTask { await http.handle(value: value.http, logger: logger) }
            group.addTask { for await _ in value.hangUp {} }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Ends a stream when the other end of the connection has closed.
private final class HangUpHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private let source: AsyncStream<Void>.Continuation

    init(_ source: AsyncStream<Void>.Continuation) {
        self.source = source
    }

    func channelInactive(context: ChannelHandlerContext) {
        source.finish()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { source.finish() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(data)
    }
}
