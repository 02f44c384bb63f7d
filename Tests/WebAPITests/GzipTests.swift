import CZlib
import Testing

@testable import WebAPI

/// What is compressed comes out again as it was.
@Suite struct GzipTests {
    @Test(arguments: [0, 1, 1_024, 16 * 1_024, 16 * 1_024 + 1, 900_000])
    func `a body in gzip unpacks to the plain one`(count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 / 97) }
        #expect(try Self.unpacked(Gzip.compressed(plain), upTo: count) == plain)
        let gzip = try Gzip()
        var pieces: [UInt8] = []
        for start in stride(from: 0, to: count, by: 10_000) {
            pieces += try gzip.compress(Array(plain[start..<min(start + 10_000, count)]), isLast: false)
        }
        pieces += try gzip.compress([], isLast: true)
        #expect(try Self.unpacked(pieces, upTo: count) == plain)
    }

    @Test func `a kept body has the hash and the compressed bytes of what it is`() throws {
        let plain = Array(String(repeating: "the same for all ", count: 500).utf8)
        let cached = CachedBody(plain)
        #expect(cached.hash == CachedBody.hash(of: plain))
        let compressed = try #require(cached.compressed)
        #expect(compressed.count < plain.count / 5)
        #expect(try Self.unpacked(compressed, upTo: plain.count) == plain)
    }

    static func unpacked(_ bytes: [UInt8], upTo limit: Int) throws -> [UInt8] {
        var stream = z_stream()
        let windowOfGzip: Int32 = 15 + 16
        try #require(inflateInit2_(&stream, windowOfGzip, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: limit + 1)
        let count = try input.withUnsafeMutableBufferPointer { input in
            try output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                try #require(inflate(&stream, Z_FINISH) == Z_STREAM_END)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }
}
