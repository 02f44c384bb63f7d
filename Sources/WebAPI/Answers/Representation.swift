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
    /// The offered form that `Accept` names with the most weight (RFC 9110, 12.5.1): the first of `offered` where it names
    /// none, and the earlier in `offered` of two with the same weight where the first is not among them.
    public func representation(of offered: Representation...) -> Representation {
        Representation.chosen(by: headers.value(.accept), from: offered)
    }
}

extension Representation {
    static func chosen(by accept: String?, from offered: [Representation]) -> Representation {
        var best: (form: Representation, weight: Double) = (offered.first ?? .json, 0)
        for form in offered {
            guard let weight = accept.flatMap({ MediaTypes.quality(of: form.rawValue, in: $0) }) else { continue }
            // JSON is what everybody accepts besides; a form asked for by name with the same weight is meant.
            if weight > best.weight || (weight == best.weight && best.form == .json && weight > 0) {
                best = (form, weight)
            }
        }
        return best.form
    }
}
