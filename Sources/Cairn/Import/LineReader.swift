import Foundation

/// Reads a file line by line in constant memory, whatever the lines are like.
struct LineReader {
    private let file: FileHandle
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// How far into the file the lines given so far reach.
    private(set) var bytesRead = 0

    /// Lines longer than `limit` come cut to `limit + 1` bytes.
    init(path: String, limit: Int) throws(Refusal) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Refusal("The file \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        self.file = file
        self.limit = limit
    }

    /// The next line without its end, or nil after the last. A last line without a line feed is a line too.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var line: [UInt8]?
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0A) {
                let rest = buffer[start..<end]
                bytesRead += rest.count + 1
                start = end + 1
                guard let line else { return Self.withoutReturn(rest) }
                return Self.withoutReturn((line + rest.prefix(max(0, limit + 1 - line.count)))[...])
            }
            // What is here of the line, up to the limit; the rest of a longer one is passed over.
            let rest = buffer[start...]
            bytesRead += rest.count
            if !rest.isEmpty {
                let room = max(0, limit + 1 - (line?.count ?? 0))
                if line == nil { line = [] }
                line?.append(contentsOf: rest.prefix(room))
            }
            buffer = []
            start = 0
            guard !isAtEnd else { return line.map { Self.withoutReturn($0[...]) } }
            let more = try file.read(upToCount: 65_536) ?? Data()
            isAtEnd = more.isEmpty
            buffer = [UInt8](more)
        }
    }

    private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x0D ? line.dropLast() : line
    }
}
