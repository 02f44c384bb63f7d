/// In which entry of a Bundle a resource lies, which tells what its references mean.
public struct BundleEntry: Sendable {
    /// The URI by which the others of the Bundle refer to it.
    let fullURL: String?
    /// The ids of the Bundle's patients by their URIs.
    let ids: [String: String]

    /// The UUID of an entry that is known by one alone.
    var urn: String? { fullURL.flatMap(Self.uuid) }

    /// The id of a patient in a URI that ends with `Patient/ID`.
    static func patientID(in uri: String) -> String? { parts(uri)?.id }

    /// The id under which a record of the same source is known that is referred to; nil for one that lies elsewhere:
    /// another server may have the same id for another person.
    static func recordID(of reference: String, asSeenFrom entry: BundleEntry?) -> String? {
        if let id = entry?.ids[reference] ?? uuid(reference) { return id }
        guard let (base, id) = parts(reference) else { return nil }
        guard !base.isEmpty else { return id }
        return entry?.fullURL.flatMap(parts)?.base == base ? id : nil
    }

    /// `BASE/Patient/ID`, perhaps with a version behind it, in its parts; a relative reference has no base.
    private static func parts(_ uri: String) -> (base: Substring, id: String)? {
        var segments = uri.split(separator: "/", omittingEmptySubsequences: false)
        if segments.count > 2, segments[segments.count - 2] == "_history" { segments.removeLast(2) }
        guard segments.count >= 2, segments[segments.count - 2] == "Patient", let id = segments.last, !id.isEmpty else {
            return nil
        }
        let base = segments.dropLast(2)
        guard let first = base.first, let last = base.last else { return ("", String(id)) }
        return (uri[first.startIndex..<last.endIndex], String(id))
    }

    private static func uuid(_ uri: String) -> String? {
        uri.hasPrefix("urn:uuid:") && uri.utf8.count > 9 ? String(uri.dropFirst(9)) : nil
    }
}
