import Foundation
import TestSupport
import Testing

/// What the crash tests start.
@Suite struct SpawningTests {
    @Test func `a program that a test starts holds none of the test's files and connections`() throws {
        let open = (0..<4).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { open.forEach { close($0) } }
        let log = FileManager.default.temporaryDirectory.path + "/cairn-spawn-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: log) }
        var process = try spawn(["/bin/sh", "-c", "ls /proc/$$/fd"], log: log)
        process = waitpid(process, nil, 0)
        #expect(process > 0)
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "0\n1\n2\n")
    }
}
