import Foundation
import HTTPTypes
import WebAPI

/// The description of the API, read once at start and served as it is.
struct OpenAPIRoutes: RouteGroup {
    private let description: [UInt8]

    init(file: String) throws(Refusal) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Refusal("\(file), the description of the API, cannot be read.")
        }
        description = [UInt8](data)
    }

    var routes: [Route] {
        [.publicGet("/openapi.yaml", read)]
    }

    private func read(_ call: Call) async throws -> Answer {
        Answer(status: .ok, headers: [.contentType: "application/yaml; charset=utf-8"], body: description)
    }
}
