import HTTPTypes
import Hummingbird

/// The routes that show one thing, by the paths of the things: what a `Location` leads to.
struct ShownThings: Sendable {
    private let routes: [(parts: [Substring], route: Route)]

    init(_ routes: [Route]) {
        self.routes = routes.filter { $0.method == .get && $0.access != .open }.map { (Self.parts($0.template), $0) }
    }

    /// The route that shows what has this path, and the parameters of the path.
    func route(to path: String) -> (Route, Parameters)? {
        let parts = Self.parts(path)
        for (template, route) in routes where template.count == parts.count {
            var parameters = Parameters()
            let fits = zip(template, parts).allSatisfy { template, part in
                guard template.hasPrefix("{") else { return template == part }
                parameters[template.dropFirst().dropLast()] = part
                return true
            }
            if fits { return (route, parameters) }
        }
        return nil
    }

    /// Whether the parts of a path are those of a template.
    static func fits(_ parts: [Substring], _ template: [Substring]) -> Bool {
        parts.count == template.count && zip(template, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    static func parts(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
