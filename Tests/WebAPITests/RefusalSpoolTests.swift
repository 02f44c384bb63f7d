import Foundation
import Logging
import Practice
import Synchronization
import TestSupport
import Testing

@testable import WebAPI

/// The folder in which they outlive a process.
@Suite struct RefusalSpoolTests {
    private let kept = (0..<5).map { Refused.numbered($0) }

    @Test func `a line says all of a refusal, and nothing that is no whole line is one`() throws {
        let full = Refused(
            practiceID: ID(UUID()), tokenHash: Array(repeating: 255, count: 32), accountID: ID(UUID()),
            action: "roster.read", kind: "group", resourceID: ID(UUID()),
            at: Instant(microsecondsSince1970: 1_767_628_800_123_456), requestID: UUID(), outcome: "not_found")
        for refused in [full, .numbered(3)] {
            #expect(Refused(line: refused.line) == refused)
            for end in 1..<refused.line.count { #expect(Refused(line: refused.line.prefix(end)) == nil) }
        }
    }

    @Test func `who comes after a process that is no more takes over what it kept; from one that runs nobody does`()
        async throws
    {
        try await inFolder { folder in
            var first: RefusalSpool? = try RefusalSpool(directory: folder, writer: "server")
            try await first?.append(kept)
            let second = try RefusalSpool(directory: folder, writer: "server")
            #expect(try await second.adopt(atMost: 100).refusals.isEmpty)
            try abandon(&first, in: folder)
            let worker = try RefusalSpool(directory: folder, writer: "worker")
            #expect(try await worker.adopt(atMost: 100).refusals.isEmpty)
            // What there is no room for stays where it is.
            #expect(try await second.adopt(atMost: 2).refusals == Array(kept.prefix(2)))
            #expect(try await second.adopt(atMost: 5).refusals == Array(kept.dropFirst(2)))
            #expect(try await second.adopt(atMost: 100).refusals.isEmpty)
            // Taken over is in the second's own file now, until it is written.
            var third: RefusalSpool? = second
            try abandon(&third, in: folder)
            #expect(try await RefusalSpool(directory: folder, writer: "server").adopt(atMost: 100).refusals == kept)
        }
    }

    @Test func `a line that was not written to its end is none, and those before it are`() async throws {
        try await inFolder { folder in
            let bytes: [UInt8] = kept.flatMap { $0.line + [0x0A] }.dropLast(20)
            try Data(bytes).write(to: URL(filePath: folder + "/dead.server.spool"))
            let adopted = try await RefusalSpool(directory: folder, writer: "server").adopt(atMost: 9)
            #expect(adopted.refusals == Array(kept.dropLast()))
            #expect(adopted.unreadable == 1)
        }
    }

    @Test func `a line that cannot be read is lost alone, and counted`() async throws {
        try await inFolder { folder in
            let cut = Array(kept[1].line.dropLast(20))
            let bytes = kept[0].line + [0x0A] + cut + [0x0A] + kept[2].line + [0x0A]
            try Data(bytes).write(to: URL(filePath: folder + "/dead.server.spool"))
            let telemetry = Telemetry()
            let refusals = Refusals(
                spool: try RefusalSpool(directory: folder, writer: "server"), telemetry: telemetry, logger: .quiet
            ) { _, _ in }
            #expect(await refusals.adopt())
            #expect(refusals.pending == 2)
            #expect(telemetry.registry.exposition().contains(#"cairn_audit_refusals_lost_total{writer="server"} 1"#))
        }
    }

    @Test func `it is emptied when all is written, and not while something is kept`() async throws {
        try await inFolder { folder in
            let works = Mutex(false)
            let written = Mutex<[Refused]>([])
            let refusals = Refusals(
                spool: try RefusalSpool(directory: folder, writer: "server"), telemetry: Telemetry(), logger: .quiet
            ) { refused, _ in
                guard works.withLock({ $0 }) else { throw NotNow() }
                written.withLock { $0.append(refused) }
            }
            for refused in kept { await refusals.record(refused) }
            #expect(try sizes(folder).first ?? 0 > 500)
            #expect(await refusals.writeKept() == false)
            #expect(try sizes(folder).first ?? 0 > 500)
            works.withLock { $0 = true }
            #expect(await refusals.writeKept())
            #expect(try sizes(folder) == [0])
            #expect(written.withLock { $0 } == kept)
        }
    }

    @Test func `a file that a process left behind is written by the next one, before its own`() async throws {
        try await inFolder { folder in
            try Data(kept.flatMap { $0.line + [0x0A] }).write(to: URL(filePath: folder + "/dead.server.spool"))
            let written = Mutex<[Refused]>([])
            let refusals = Refusals(
                spool: try RefusalSpool(directory: folder, writer: "server"), telemetry: Telemetry(), logger: .quiet
            ) { refused, again in
                #expect(again)
                written.withLock { $0.append(refused) }
            }
            await refusals.keep(.numbered(7))
            await refusals.adopt()
            #expect(await refusals.writeKept())
            #expect(written.withLock { $0 } == kept + [.numbered(7)])
            #expect(try sizes(folder) == [0])
        }
    }

    /// A process that is killed leaves its file as it is, and its lock with it.
    private func abandon(_ spool: inout RefusalSpool?, in folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".spool") }
        for name in names {
            try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: folder + "/killed-" + name)
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
        spool = nil
    }

    private func sizes(_ folder: String) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try FileManager.default.attributesOfItem(atPath: folder + "/" + $0)[.size] as? Int ?? -1
        }
    }

    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "cairn-refusals-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let result: Result<Void, any Error>
        do { result = .success(try await body(folder)) } catch { result = .failure(error) }
        try FileManager.default.removeItem(atPath: folder)
        try result.get()
    }
}
