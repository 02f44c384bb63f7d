import HTTPTypes
import JSON
import Practice
import WebAPI

/// The description of the API itself, as it is kept and as JSON.
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
/// and kept with its hash and in gzip.
private actor Description {
    private let text: [UInt8]
    private var yaml: KeptBody?
    private var json: KeptBody?

    init(_ text: [UInt8]) { self.text = text }

    func inYAML() -> KeptBody {
        let kept = yaml ?? KeptBody(text)
        yaml = kept
        return kept
    }

    func inJSON() throws -> KeptBody {
        let kept = try json ?? KeptBody(JSONValue(yaml: String(decoding: text, as: UTF8.self)).bytes)
        json = kept
        return kept
    }
}
