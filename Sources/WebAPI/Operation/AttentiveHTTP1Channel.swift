import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1.1, and two things more: when the client hangs up, the task of its connection is cancelled, and
/// with it the query that nobody waits for any more; and what is no request gets an answer that says so.
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
    private let refusal: RequestHeadHandler.Refusal

    init(
        responder: @escaping HTTPChannelHandler.Responder, configuration: HTTP1Channel.Configuration,
        refusal: @escaping RequestHeadHandler.Refusal
    ) {
        http = HTTP1Channel(responder: responder, configuration: configuration)
        self.refusal = refusal
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (stream, source) = AsyncStream<Void>.makeStream()
        return channel.eventLoop.makeCompletedFuture {
            let sight = RequestLineSight()
            try channel.pipeline.syncOperations.addHandlers(HangUpHandler(source), StalledReaderHandler(), sight)
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.flatMapThrowing {
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let sight = try pipeline.handler(type: RequestLineSight.self)
            try pipeline.addHandler(RequestHeadHandler(sight, refusal: refusal), position: .after(parser))
            return Value(http: $0, hangUp: stream)
        }
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
