import Foundation

/// The files that belong to the program and are not compiled into it: migrations, roles, the API description.
package struct ProductFiles: Sendable {
    package let root: String

    package var migrations: String { root + "/Migrations" }
    package var roles: String { root + "/deploy/roles.sql" }
    package var openAPI: String { root + "/openapi.yaml" }

    /// Looks beside the executable and above it (a build folder inside a checkout), in the working directory, and where
    /// a package or an image would have put them.
    package static func locate() throws(Refusal) -> ProductFiles {
        // Without /proc the other places are looked at.
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var candidates: [String] = []
        var folder = executable
        while folder.count > 1 {
            folder = (folder as NSString).deletingLastPathComponent
            candidates += [folder, folder + "/share/cairn"]
        }
        candidates += [FileManager.default.currentDirectoryPath, "/usr/local/share/cairn", "/usr/share/cairn"]
        for candidate in candidates where isRoot(candidate) {
            return ProductFiles(root: candidate)
        }
        throw Refusal(
            "The folders Migrations and deploy that belong to cairn were found neither above \(executable), nor in the "
                + "working directory, nor in /usr/local/share/cairn or /usr/share/cairn. Install them beside the program."
        )
    }

    func readOpenAPI() throws(Refusal) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: openAPI) else {
            throw Refusal("\(openAPI), the description of the API, cannot be read.")
        }
        return [UInt8](data)
    }

    private static func isRoot(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/Migrations")
            && FileManager.default.fileExists(atPath: folder + "/deploy/roles.sql")
    }
}
