import HTTPTypes
import WebAPI

/// The description of the API itself.
struct MetaRoutes: RouteGroup {
    private let openAPI: [UInt8]

    init(_ settings: FeatureSettings) {
        openAPI = settings.openAPI
    }

    var routes: [Route] {
        [.publicGet("/openapi.yaml", describe)]
    }

    private func describe(_ call: Call) -> Answer {
        Answer(status: .ok, headers: [.contentType: "application/yaml"], body: openAPI)
    }
}
