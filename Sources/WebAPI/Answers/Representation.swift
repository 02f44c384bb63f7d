import HTTPTypes

/// The forms in which a report is given.
public enum Representation: String, Sendable, CaseIterable {
    /// For programs; what a caller gets that asks for nothing by name.
    case json = "application/json"
    /// A table (RFC 4180).
    case csv = "text/csv"
    /// A page to read and to print.
    case html = "text/html"
    /// A chart.
    case svg = "image/svg+xml"
}

extension Call {
    /// The form of the route that `Accept` gives the most weight (RFC 9110, 12.5.1); the first where it says nothing.
    ///
    /// A request that accepts none of them was answered 406 before a handler saw it.
    public var representation: Representation {
        let type = MediaTypes.chosen(by: headers.value(.accept), from: route.offered) ?? route.offered.first
        return type.flatMap(Representation.init) ?? .json
    }
}

extension Route {
    /// Refuses a request that accepts nothing of what is offered.
    func checkAccept(of headers: HTTPFields) throws(Problem) {
        guard !offered.isEmpty, MediaTypes.chosen(by: headers.value(.accept), from: offered) == nil else { return }
        throw .notAcceptable(offered)
    }
}

extension Problem {
    /// 406. Accept names nothing of what is offered.
    static func notAcceptable(_ offered: [String]) -> Problem {
        Problem(
            .notAcceptable, "not_acceptable",
            "Accept names nothing of what is offered here: \(offered.joined(separator: ", ")).")
    }
}

extension MediaTypes {
    /// The offered type that `Accept` gives the most weight; nil where it takes none.
    ///
    /// The first of `offered` where nothing is said. JSON is what everybody accepts besides: of two types with one weight,
    /// the other is meant where it is asked for by its name.
    static func chosen(by accept: String?, from offered: [String]) -> String? {
        guard let accept, accept.utf8.contains(where: { $0 != 0x20 && $0 != 0x2C }) else { return offered.first }
        var best: (type: String, weight: Double, isNamed: Bool)?
        for type in offered {
            let (weight, isNamed) = quality(of: type, in: accept)
            guard weight > 0 else { continue }
            guard let known = best else {
                best = (type, weight, isNamed)
                continue
            }
            let isMeant = known.type == Representation.json.rawValue && isNamed
            if weight > known.weight || (weight == known.weight && isMeant) { best = (type, weight, isNamed) }
        }
        return best?.type
    }

    /// The weight that an Accept gives to a type: that of its name before that of a range, and of `type/*` before `*/*`.
    static func quality(of type: String, in field: String) -> (weight: Double, isNamed: Bool) {
        let ranges = ["*/*", "\(type.prefix { $0 != "/" })/*", type]
        var found: (precision: Int, weight: Double) = (-1, 0)
        for part in field.split(separator: ",") {
            let parts = part.split(separator: ";")
            guard let name = parts.first?.trimmed.lowercased(), let precision = ranges.firstIndex(of: name),
                precision > found.precision
            else { continue }
            let weight = parts.dropFirst().map { $0.trimmed.lowercased() }.first { $0.hasPrefix("q=") }
            found = (precision, weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1)
        }
        return (found.weight, found.precision == 2)
    }
}
