import Foundation
import Testing

@testable import Cairn

@Suite struct InstallationWatchTests {
    @Test func `files are followed when they have been other ones for a while, and each state of them once`()
        async throws
    {
        try await CopiedPrograms.with { programs in
            let start = ContinuousClock.now
            func files() throws -> InstalledFiles { try #require(InstalledFiles(programs.installation)) }
            var watch = InstallationWatch(startedFrom: try files())
            func look(_ files: InstalledFiles?, _ seconds: Int) -> Bool {
                watch.look(at: files, start + .seconds(seconds))
            }
            #expect(try !look(files(), 100))
            try programs.replaceAll()
            #expect(try !look(files(), 101))
            // An update that goes on begins to count anew; while a file is missing nothing counts.
            try programs.replaceServer(with: [1])
            #expect(try !look(files(), 200))
            #expect(!look(nil, 205))
            #expect(try !look(files(), 215))
            #expect(try !look(files(), 224))
            #expect(try look(files(), 225))
            #expect(try !look(files(), 300))
            try programs.addIncompatibleLibrary("another")
            #expect(try !look(files(), 400))
            #expect(try look(files(), 410))
        }
    }

    @Test func `what could not be followed is told again after another while`() async throws {
        try await CopiedPrograms.with { programs in
            let start = ContinuousClock.now
            var watch = InstallationWatch(startedFrom: InstalledFiles(programs.installation))
            try programs.replaceAll()
            let files = try #require(InstalledFiles(programs.installation))
            func look(_ seconds: Int) -> Bool { watch.look(at: files, start + .seconds(seconds)) }
            #expect(!look(0) && look(10))
            for begin in [20, 40] {
                watch.failed()
                #expect(!look(begin) && !look(begin + 9) && look(begin + 10))
            }
            #expect(!look(80) && !look(100))
        }
    }

    @Test func `without files at the start, the first that are seen count as these`() async throws {
        try await CopiedPrograms.with { programs in
            let now = ContinuousClock.now
            var watch = InstallationWatch(startedFrom: nil)
            for seconds in [0, 20, 40] {
                let isFollowed = watch.look(at: InstalledFiles(programs.installation), now + .seconds(seconds))
                #expect(!isFollowed)
            }
        }
    }
}
