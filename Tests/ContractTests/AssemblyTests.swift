import Foundation
import TestSupport
import Testing

/// What is kept beside what it is about, and follows it: the pieces of `openapi.yaml` (`deploy/openapi`), the list of mistakes.
@Suite struct AssemblyTests {
    @Test func `the whole is what its pieces say together`() throws {
        #expect(try Self.complaint(of: "deploy/openapi", "--check") == nil)
    }

    @Test func `every mistake of the list can be put in where it is said to be`() throws {
        #expect(try Self.complaint(of: "deploy/mutate", "--list") == nil)
    }

    @Test func `a path is described in the folder where its route is made`() throws {
        let pieces = try Source.all(in: "Sources/Features", ending: "/openapi.yaml")
        let described = pieces.flatMap { piece in
            piece.text.matches(of: /(?m)^  (\/\S*):$/).map { (folder: piece.folder, path: String($0.1)) }
        }
        #expect(described.count > 150)
        let routes = try Source.all(in: "Sources/Features", ending: ".swift")
        for (folder, path) in described {
            let word = path.split(separator: "/").last { !$0.hasPrefix("{") } ?? "openapi.yaml"
            let isNear = routes.contains { $0.path.hasPrefix(folder + "/") && $0.text.contains("/\(word)") }
            #expect(isNear, "\(path) is described in \(folder)")
        }
    }

    /// What a script says on standard error when it fails; nil when all is well.
    private static func complaint(of script: String, _ argument: String) throws -> String? {
        let process = Process()
        process.executableURL = Repository.file(script)
        process.arguments = [argument]
        let said = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = said
        try process.run()
        let complaint = try said.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : String(decoding: complaint, as: UTF8.self)
    }
}

extension Source {
    fileprivate var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
}
