import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#endif

/// Stands between the parser of HTTP/1 and everything else. What the parser cannot read, and a request without a Host, is
/// answered here, after the answers to all requests before it, and the connection is closed. A request that ends its
/// connection, as each of HTTP/1.0 does, has it closed after its answer, and what came behind it is nobody's. An answer to
/// HTTP/1.0 has no chunks, so that its end is the connection's: one that breaks off ends with a reset, which no client
/// takes for the end of the whole.
final class RequestHeadHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What a fault is answered with.
    typealias Refusal = @Sendable (HeadFault) -> (head: HTTPResponseHead, body: ByteBuffer)

    /// How long a client that was refused may read on: closed at once, the connection could lose the answer.
    private static let patience = TimeAmount.seconds(2)

    private let sight: RequestLineSight
    private let refusal: Refusal
    private var state = State()

    init(_ sight: RequestLineSight, refusal: @escaping Refusal) {
        self.sight = sight
        self.refusal = refusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state.fault == nil, !state.hasReadLast else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            let isOld = head.version != .http1_1
            guard HostField.isRight(head.headers["host"], isRequired: !isOld) else { return refuse(.noHost, context) }
            guard TransferField.isRight(head.headers["transfer-encoding"]) else {
                return refuse(.unknownTransfer, context)
            }
            // HTTP/1.0 knows no chunks: whoever sends them there may mean another body (RFC 9112, 6.1).
            if isOld, head.headers.contains(name: "transfer-encoding") { return refuse(.malformed, context) }
            let isLast = isOld || head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
            if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            sight.headWasRead()
            state.headWasRead(ofOldVersion: isOld, isLast: isLast)
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .end:
            sight.requestWasRead()
            state.requestWasRead()
            context.fireChannelRead(data)
        case .body: context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // What comes after a fault, or after the last request, is nobody's.
        case is HTTPParserError where state.hasReadLast: break
        case is ByteToMessageDecoderError where state.fault != nil || state.hasReadLast: break
        case let error as HTTPParserError: refuse(HeadFault(error, sight), context)
        default: context.fireErrorCaught(error)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !state.isClosing else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            state.answerBegan(isInformational: (100..<200).contains(head.status.code))
            if state.isAnsweringLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            if state.isAnsweringOldVersion {
                head.version = .http1_0
                head.headers.remove(name: "Trailer")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end(let trailers):
            let trailers = state.isAnsweringOldVersion ? nil : trailers
            let wasLast = state.isAnsweringLast
            state.answerEnded()
            context.write(wrapOutboundOut(.end(trailers)), promise: promise)
            if wasLast {
                state.isClosing = true
                context.flush()
                end(context)
            } else {
                answerFault(context)
            }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard state.isBreakingOffOldVersion, mode != .input else { return context.close(mode: mode, promise: promise) }
        // With no time to linger, the operating system ends the connection with a reset.
        let reset = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let reset else { return context.close(mode: .all, promise: promise) }
        reset.whenComplete { _ in bound.value.close(mode: .all, promise: promise) }
    }

    private func refuse(_ fault: HeadFault, _ context: ChannelHandlerContext) {
        guard state.fault == nil else { return }
        state.fault = fault
        answerFault(context)
    }

    private func answerFault(_ context: ChannelHandlerContext) {
        guard let fault = state.fault, !state.isClosing else { return }
        switch state.turn {
        case .later: return
        case .never: state.isClosing = true
        case .now:
            state.isClosing = true
            let (head, body) = refusal(fault)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        end(context)
    }

    /// Ends the connection: at once to write to, and to read from when the client has had time to take its answer.
    private func end(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
}

extension RequestHeadHandler {
    /// Which requests wait for an answer, and what is to be said after it.
    struct State {
        enum Turn: Equatable {
            /// Others are answered first.
            case later
            case now
            /// An answer had begun to the very request that turned out to be malformed.
            case never
        }

        var fault: HeadFault?
        /// Whether nothing is written any more.
        var isClosing = false
        /// Whether the body of the last request is still coming.
        var isReading = false
        /// Whether a request has been read after which the connection ends.
        private(set) var hasReadLast = false
        private var isReadingLast = false
        private var hasAnswerBegun = false
        private var waiting: [Waiting] = []

        /// A request that waits for its answer.
        private struct Waiting {
            let isOfOldVersion: Bool
            let isLast: Bool
        }

        var isAnsweringOldVersion: Bool { waiting.first?.isOfOldVersion ?? false }
        var isAnsweringLast: Bool { waiting.first?.isLast ?? false }
        /// Whether the connection, ended now, would make a part of an answer look like the whole.
        var isBreakingOffOldVersion: Bool { isAnsweringOldVersion && hasAnswerBegun }

        var turn: Turn {
            if waiting.isEmpty { return .now }
            guard isReading, waiting.count == 1 else { return .later }
            return hasAnswerBegun ? .never : .now
        }

        mutating func headWasRead(ofOldVersion isOld: Bool, isLast: Bool) {
            waiting.append(Waiting(isOfOldVersion: isOld, isLast: isLast))
            isReading = true
            isReadingLast = isLast
        }

        mutating func requestWasRead() {
            isReading = false
            hasReadLast = isReadingLast
        }

        mutating func answerBegan(isInformational: Bool) {
            if !isInformational { hasAnswerBegun = true }
        }

        mutating func answerEnded() {
            hasAnswerBegun = false
            if !waiting.isEmpty { waiting.removeFirst() }
        }
    }
}
