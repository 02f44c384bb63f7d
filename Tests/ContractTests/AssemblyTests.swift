import Foundation
import TestSupport
import Testing

/// `openapi.yaml` is put together from pieces that lie beside the routes (`deploy/openapi`).
@Suite struct AssemblyTests {
    @Test func `the whole is what its pieces say together`() throws {
        let script = Process()
        script.executableURL = Repository.file("deploy/openapi")
        script.arguments = ["--check"]
        let said = Pipe()
        script.standardError = said
        try script.run()
        let complaint = try said.fileHandleForReading.readToEnd() ?? Data()
        script.waitUntilExit()
        #expect(script.terminationStatus == 0, "\(String(decoding: complaint, as: UTF8.self))")
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
}

extension Source {
    fileprivate var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
}
