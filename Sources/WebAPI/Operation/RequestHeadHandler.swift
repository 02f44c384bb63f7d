import NIOCore
import NIOHTTP1

/// Stands between the parser of HTTP/1 and everything else. What the parser cannot read, and a request without a Host, is
/// answered here, after the answers to all requests before it, and the connection is closed; a request of HTTP/1.0 has
/// its connection closed after its answer, and that answer has no chunks.
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
        guard state.fault == nil else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            let isOld = head.version != .http1_1
            guard isOld || head.headers["host"].count == 1 else { return refuse(.noHost, context) }
            if isOld { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            sight.headWasRead()
            state.headWasRead(ofOldVersion: isOld)
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .end:
            sight.requestWasRead()
            state.isReading = false
            context.fireChannelRead(data)
        case .body: context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as HTTPParserError:
            refuse(
                HeadFault(error, isLineTooLong: sight.isLineTooLong, beginsWithLetter: sight.beginsWithLetter), context)
        // What comes after a fault is nobody's.
        case is ByteToMessageDecoderError where state.fault != nil: break
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
            if state.isAnsweringOldVersion {
                head.version = .http1_0
                head.headers.replaceOrAdd(name: "Connection", value: "close")
                head.headers.remove(name: "Trailer")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end(let trailers):
            let trailers = state.isAnsweringOldVersion ? nil : trailers
            state.answerEnded()
            context.write(wrapOutboundOut(.end(trailers)), promise: promise)
            answerFault(context)
        }
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
        private var hasAnswerBegun = false
        /// Of each request that waits for its answer, whether it is of an older version.
        private var waiting: [Bool] = []

        var isAnsweringOldVersion: Bool { waiting.first ?? false }

        var turn: Turn {
            if waiting.isEmpty { return .now }
            guard isReading, waiting.count == 1 else { return .later }
            return hasAnswerBegun ? .never : .now
        }

        mutating func headWasRead(ofOldVersion isOld: Bool) {
            waiting.append(isOld)
            isReading = true
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

/// Looks at the bytes before the parser does, as far as it takes to know how long the first line of a request is: the parser
/// has one error for lines and for fields that are too long.
final class RequestLineSight: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private(set) var beginsWithLetter = true
    private var length = 0
    private var hasEnded = false
    private var isLooking = true

    /// Whether the line has more bytes than an address may have.
    var isLineTooLong: Bool { length > HeadFault.longestField }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isLooking { look(at: unwrapInboundIn(data).readableBytesView) }
        context.fireChannelRead(data)
    }

    func headWasRead() { isLooking = false }

    func requestWasRead() { (beginsWithLetter, length, hasEnded, isLooking) = (true, 0, false, true) }

    private func look(at bytes: ByteBufferView) {
        // Empty lines before a request are none of its own (RFC 9112, 2.2).
        let line = length == 0 ? bytes.drop { $0 == 0x0D || $0 == 0x0A } : bytes[...]
        guard !hasEnded, let first = line.first else { return }
        if length == 0 { beginsWithLetter = (0x61...0x7A).contains(first | 0x20) }
        let end = line.firstIndex(of: 0x0A)
        length += line[..<(end ?? line.endIndex)].count
        hasEnded = end != nil
    }
}
