import CZlib

/// Bytes in gzip (RFC 1952), by zlib: at once, or piece by piece.
final class Gzip {
    /// Of a JSON list of 32 kB, level 4 takes a fifth less time than the usual 6 (0.15 ms) and makes it a twentieth larger.
    private static let level: Int32 = 4
    private static let pieceSize = 16 * 1024

    // zlib remembers where its state lies: it must not move.
    private let state: UnsafeMutablePointer<z_stream>

    /// - Throws: ``Failure`` where there is no memory for its state.
    init() throws(Failure) {
        let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        state.initialize(to: z_stream())
        let windowOfGzip: Int32 = 15 + 16
        let outcome = deflateInit2_(
            state, Self.level, Z_DEFLATED, windowOfGzip, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard outcome == Z_OK else {
            state.deallocate()
            throw Failure(outcome: outcome)
        }
        self.state = state
    }

    deinit {
        deflateEnd(state)
        state.deallocate()
    }

    /// That zlib could not do its work, with its own number for why.
    struct Failure: Error {
        let outcome: Int32
    }

    /// What these bytes add to the compressed ones, which may be nothing yet; with `isLast` all that was held back.
    func compress(_ bytes: [UInt8], isLast: Bool) throws(Failure) -> [UInt8] {
        var compressed: [UInt8] = []
        var outcome = Z_OK
        var bytes = bytes
        bytes.withUnsafeMutableBufferPointer { input in
            state.pointee.next_in = input.baseAddress
            state.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { output, count in
                    state.pointee.next_out = output.baseAddress
                    state.pointee.avail_out = UInt32(output.count)
                    outcome = deflate(state, isLast ? Z_FINISH : Z_NO_FLUSH)
                    count = output.count - Int(state.pointee.avail_out)
                }
                compressed.append(contentsOf: piece)
                isFull = state.pointee.avail_out == 0
            }
            state.pointee.next_in = nil
        }
        // Where there was nothing to do, zlib says that its buffer is of no use.
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(outcome) else { throw Failure(outcome: outcome) }
        return compressed
    }

    /// All of these bytes, compressed.
    static func compressed(_ bytes: [UInt8]) throws(Failure) -> [UInt8] { try Gzip().compress(bytes, isLast: true) }
}
