import Charts
import HTTPTypes
import WebAPI

extension Answer {
    /// A chart; in a browser nothing in it runs.
    static func svg(_ chart: Chart, named name: String) -> Answer {
        Answer(
            status: .ok,
            headers: [
                .contentType: "image/svg+xml",
                .contentDisposition: "inline; filename=\"\(name)\"",
                .contentSecurityPolicy: Chart.contentSecurityPolicy,
            ],
            body: chart.svg)
    }
}
