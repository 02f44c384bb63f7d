import Foundation
import Postgres
import TestSupport
import Testing

@testable import Cairn

@Suite struct NewConnectionTests {
    @Test func `a door is tried anew after a while, and at once while it fails`() async throws {
        try await withDatabase { database in
            let connection = database.connection("cairn_server")
            func check(_ interval: Duration) -> NewConnectionCheck {
                NewConnectionCheck(
                    connection, setting: .databaseURL, interval: interval, patience: Patience.long, logger: quietLogger)
            }
            let (often, seldom) = (check(.zero), check(.seconds(3_600)))
            #expect(await often.faults() == [])
            #expect(await seldom.faults() == [])
            let door = "function access.\"me.read\"(uuid, bytea, uuid, timestamptz, uuid, bytea)" as SQL
            _ = try await database.superuser.pipeline(Query.run("revoke execute on \(door) from cairn_server"))
            #expect(await seldom.faults() == [], "what was well is believed for a while")
            let late = check(.seconds(3_600))
            for check in [often, late] {
                let faults = await check.faults()
                #expect(faults.count == 1 && faults.first?.contains("SQLSTATE 42501") == true, "\(faults)")
            }
            _ = try await database.superuser.pipeline(Query.run("grant execute on \(door) to cairn_server"))
            for check in [often, late] { #expect(await check.faults() == []) }
        }
    }

    @Test func `a server that takes connections and says nothing is told as a fault in time`() async throws {
        let folder = "/tmp/cairn-silent-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let silent = try SilentSocket(folder + "/.s.PGSQL.5432")
        let check = NewConnectionCheck(
            "host='\(folder)' port=5432 dbname=x user=x", setting: .databaseURL, patience: .milliseconds(300),
            logger: quietLogger)
        let faults = await check.faults()
        #expect(faults.count == 1 && faults.first?.contains("CAIRN_DATABASE_URL") == true, "\(faults)")
        silent.close()
    }

    /// A socket to which one can connect and that never answers.
    private struct SilentSocket {
        private let descriptor: Int32

        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard bound == 0, listen(descriptor, 8) == 0 else { throw CrashTestError("\(path) cannot be bound") }
        }

        func close() { _ = Foundation.close(descriptor) }
    }
}
