import Dispatch
import Foundation
import Synchronization

/// A folder in which refusals outlive the process that could not write them: a file for each process, added to and flushed
/// to the disk line by line, and emptied when all of it is in the audit. What a process left behind that is no more, the
/// next one takes over; which is so, the kernel's lock on the file tells.
public final class RefusalSpool: Sendable {
    private let directory: String
    private let suffix: String
    private let queue = DispatchQueue(label: "cairn.refusals")
    private let own = Mutex<File?>(nil)

    private struct File {
        let path: String
        let descriptor: Int32
    }

    /// Makes the folder, if there is none.
    ///
    /// - Parameter writer: who can write what is in it: `server` or `worker`, which the database tells apart.
    public init(directory: String, writer: String) throws(RefusalSpoolError) {
        self.directory = directory
        suffix = ".\(writer).spool"
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw RefusalSpoolError("The folder \(directory) cannot be made.")
        }
        guard access(directory, W_OK | X_OK) == 0 else { throw RefusalSpoolError("\(directory) cannot be written to.") }
    }

    deinit {
        guard let file = own.withLock({ $0 }) else { return }
        if lseek(file.descriptor, 0, SEEK_END) == 0 { unlink(file.path) }
        // A program that is being started at this moment has the descriptor too, until it is another program.
        flock(file.descriptor, LOCK_UN)
        close(file.descriptor)
    }

    /// Adds lines at the end, and returns when they are on the disk.
    func append(_ refusals: [Refused]) async throws {
        try await perform { [self] in
            try add(refusals)
        }
    }

    /// All of the lines or none: half a line would spoil the next one.
    private func add(_ refusals: [Refused]) throws {
        let file = try file()
        let end = lseek(file.descriptor, 0, SEEK_END)
        guard end >= 0 else { throw RefusalSpoolError(errno) }
        do {
            try Self.write(refusals.flatMap { $0.line + [0x0A] }, to: file.descriptor)
            guard fsync(file.descriptor) == 0 else { throw RefusalSpoolError(errno) }
        } catch {
            _ = ftruncate(file.descriptor, end)
            throw error
        }
    }

    /// Empties this process' file, if nothing in it is needed: asked when all lines that were to be added are there.
    func clear(if isDone: @escaping @Sendable () -> Bool) async throws {
        try await perform { [self] in
            guard isDone(), let file = own.withLock({ $0 }) else { return }
            guard ftruncate(file.descriptor, 0) == 0, fsync(file.descriptor) == 0 else {
                throw RefusalSpoolError(errno)
            }
        }
    }

    /// What processes left behind that are no more.
    struct Adopted: Sendable {
        /// In the order in which they were kept.
        var refusals: [Refused] = []
        /// How many lines cannot be read.
        var unreadable = 0
    }

    /// Takes over what processes left behind that are no more, as far as there is room for it: it lies in this process'
    /// file then. What there is no room for stays where it is, and is taken over another time.
    func adopt(atMost room: Int) async throws -> Adopted {
        try await perform { [self] in
            var adopted = Adopted()
            for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            where name.hasSuffix(suffix) && adopted.refusals.count < room {
                try adopt(directory + "/" + name, atMost: room, into: &adopted)
            }
            return adopted
        }
    }

    private func adopt(_ path: String, atMost room: Int, into adopted: inout Adopted) throws {
        if own.withLock({ $0?.path }) == path { return }
        let descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        let lines = try Data(contentsOf: URL(filePath: path)).split(separator: 0x0A)
        let taken = lines.prefix(room - adopted.refusals.count)
        let refusals = taken.compactMap { Refused(line: $0) }
        if !refusals.isEmpty { try add(refusals) }
        adopted.refusals += refusals
        adopted.unreadable += taken.count - refusals.count
        let rest = lines.dropFirst(taken.count)
        if rest.isEmpty {
            unlink(path)
        } else {
            // Should the process end in between, the rest is in the file that it has now, and what is taken twice is written once.
            try Self.replace(path, by: Array(rest.joined(separator: [0x0A])) + [0x0A])
        }
    }

    /// Puts other lines in a file's place, all of them or none.
    private static func replace(_ path: String, by bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    }

    /// This process' file, made when it is first needed. It gets its name when it is locked, so that nobody takes it for a
    /// dead process'.
    private func file() throws -> File {
        try own.withLock { own in
            if let own { return own }
            let name = directory + "/" + UUID().uuidString.lowercased()
            let descriptor = open(name + ".new", O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw RefusalSpoolError(errno) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(name + ".new", name + suffix) == 0,
                Self.flush(directory)
            else {
                close(descriptor)
                throw RefusalSpoolError(errno)
            }
            let file = File(path: name + suffix, descriptor: descriptor)
            own = file
            return file
        }
    }

    /// Has the folder's own list of files on the disk.
    private static func flush(_ directory: String) -> Bool {
        let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(RefusalSpoolError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw RefusalSpoolError(errno)
            }
        }
    }

    /// Away from the tasks' threads: a disk may take its time.
    private func perform<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Why refusals cannot be kept on the disk.
public struct RefusalSpoolError: Error, CustomStringConvertible {
    /// What is wrong, in words.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ code: Int32) { description = String(cString: strerror(code)) }
}
