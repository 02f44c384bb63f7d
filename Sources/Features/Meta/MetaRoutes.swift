import HTTPTypes
import Practice
import Synchronization
import WebAPI

/// The description of the API itself, as it is kept and as JSON.
struct MetaRoutes: RouteGroup {
    private let openAPI: [UInt8]
    private let json: ConvertedDescription

    init(_ settings: FeatureSettings) {
        openAPI = settings.openAPI
        json = ConvertedDescription(settings.openAPI)
    }

    var routes: [Route] {
        [
            .publicGet("/openapi.yaml", describe).offering(types: ["application/yaml"]),
            .publicGet("/openapi.json", describeInJSON),
        ]
    }

    private func describe(_ call: Call) -> Answer {
        Answer(status: .ok, headers: [.contentType: "application/yaml"], body: openAPI)
    }

    private func describeInJSON(_ call: Call) throws -> Answer {
        Answer(status: .ok, headers: [.contentType: "application/json"], body: try json.bytes())
    }
}

/// The description in JSON: made when somebody first asks for it, and kept.
private final class ConvertedDescription: Sendable {
    private let yaml: [UInt8]
    private let made = Mutex<[UInt8]?>(nil)

    init(_ yaml: [UInt8]) {
        self.yaml = yaml
    }

    func bytes() throws -> [UInt8] {
        try made.withLock { made in
            if let made { return made }
            let bytes = try JSONValue(yaml: String(decoding: yaml, as: UTF8.self)).bytes
            made = bytes
            return bytes
        }
    }
}
