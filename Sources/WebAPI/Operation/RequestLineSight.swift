import NIOCore

/// Looks at the bytes before the parser does, as far as it takes to know how long the first line of a request is and how it
/// ends: the parser has one error for lines and for fields that are too long, and one for versions that nobody speaks and
/// for what is no version.
final class RequestLineSight: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private(set) var beginsWithLetter = true
    private var length = 0
    private var hasEnded = false
    private var isLooking = true
    /// The last bytes of the line, as many as a version and the end of its line have.
    private var lastBytes: [UInt8] = []

    /// Whether the line ends, as far as it is there, as one of HTTP does: with the name of a version, and with CR before LF.
    var endsWithVersion: Bool {
        !hasEnded || String(decoding: lastBytes, as: UTF8.self).wholeMatch(of: /\ HTTP\/[0-9]\.[0-9]\r/) != nil
    }

    /// Whether the line has more bytes than an address may have.
    var isLineTooLong: Bool { length > HeadFault.longestField }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isLooking { look(at: unwrapInboundIn(data).readableBytesView) }
        context.fireChannelRead(data)
    }

    func headWasRead() { isLooking = false }

    func requestWasRead() {
        (beginsWithLetter, length, hasEnded, isLooking, lastBytes) = (true, 0, false, true, [])
    }

    private func look(at bytes: ByteBufferView) {
        // Empty lines before a request are none of its own (RFC 9112, 2.2).
        let line = length == 0 ? bytes.drop { $0 == 0x0D || $0 == 0x0A } : bytes[...]
        guard !hasEnded, let first = line.first else { return }
        if length == 0 { beginsWithLetter = (0x61...0x7A).contains(first | 0x20) }
        let end = line.firstIndex(of: 0x0A)
        let part = line[..<(end ?? line.endIndex)]
        length += part.count
        lastBytes = Array((lastBytes + part.suffix(10)).suffix(10))
        hasEnded = end != nil
    }
}
