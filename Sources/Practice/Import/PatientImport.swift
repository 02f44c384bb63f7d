import Foundation

/// Reads FHIR R4 `Patient` resources as JSON: one of the Bulk Data format's lines, or an entry of a `Bundle`.
public struct PatientImport: Sendable {
    /// The longest resource that is read: 1 MiB.
    public static let maximumLineLength = 1_048_576

    private let today: Day
    private let clock: Clock?

    /// The instant of the import, and where the practice is.
    struct Clock: Sendable {
        let now: Instant
        let zone: TimeZoneID
    }

    /// An import that takes no one who is born after `today`, and no name or address that has ended before it.
    public init(today: Day) {
        (self.today, clock) = (today, nil)
    }

    /// An import at an instant, on the day that it is where the practice is.
    public init(at now: Instant, in zone: TimeZoneID) {
        (today, clock) = (zone.day(at: now), Clock(now: now, zone: zone))
    }

    /// Maps one resource to a client.
    /// - Throws: all reasons why it cannot be taken over. They name the member and never repeat its content.
    public func client(of line: some Collection<UInt8>, in bundle: BundleEntry? = nil) throws(Refusal)
        -> ImportedClient
    {
        guard line.count <= Self.maximumLineLength else { throw Refusal(["the line is longer than 1 MiB"]) }
        let bytes = Array(line)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Refusal(["the line is not UTF-8"]) }
        let patient: FHIRPatient
        let objections: [String]
        do {
            objections = try JSONOutline.objections(to: bytes)
            patient = try JSONDecoder().decode(FHIRPatient.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw Refusal([Self.reason(error)])
        } catch {
            throw Refusal(["the line is not JSON"])
        }
        guard patient.resourceType == "Patient" else { throw Refusal(["the line is not a Patient resource"]) }
        var reader = PatientReader(patient, in: bundle, today: today, clock)
        let client = reader.client()
        guard let client, reader.reasons.isEmpty, objections.isEmpty else { throw Refusal(objections + reader.reasons) }
        return client
    }

    /// Why a line was not taken over.
    public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// The reasons: what is wrong with the whole, then the rest in the order of the resource.
        public let reasons: [String]

        init(_ reasons: [String]) {
            self.reasons = reasons
        }

        /// The reasons in one line.
        public var description: String { reasons.joined(separator: "; ") }
    }

    /// The decoder's words may repeat the content: only the path is kept.
    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return path.isEmpty ? "the line is not an object" : "\(path.dropFirst()) has the wrong type"
        default: return "the line is not JSON"
        }
    }
}
