import HTTPTypes
import JSON
import Practice
import WebAPI

/// The description of the API itself, as it was written and as JSON.
struct MetaRoutes: RouteGroup {
    private let description: Description

    init(_ settings: FeatureSettings) { description = Description(settings.openAPI) }

    var routes: [Route] {
        [
            .publicGet("/openapi.yaml", describe).offering(types: ["application/yaml"]),
            .publicGet("/openapi.json", describeInJSON),
        ]
    }

    private func describe(_ call: Call) async -> Answer {
        Answer(await description.inYAML(), headers: [.contentType: "application/yaml"])
    }

    private func describeInJSON(_ call: Call) async throws -> Answer {
        Answer(try await description.inJSON(), headers: [.contentType: "application/json"])
    }
}

/// The description in both forms: each is made when somebody first asks for it, while others wait without holding a thread,
/// and cached with its hash and in gzip.
private actor Description {
    private let text: [UInt8]
    private var yaml: CachedBody?
    private var json: CachedBody?

    init(_ text: [UInt8]) { self.text = text }

    func inYAML() -> CachedBody {
        let body = yaml ?? CachedBody(text)
        yaml = body
        return body
    }

    func inJSON() throws -> CachedBody {
        let body = try json ?? CachedBody(JSONValue(yaml: String(decoding: text, as: UTF8.self)).bytes)
        json = body
        return body
    }
}
