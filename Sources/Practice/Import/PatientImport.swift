import Foundation

/// Reads lines of FHIR's Bulk Data format: one R4 `Patient` resource as JSON in each.
public struct PatientImport: Sendable {
    /// The longest line that is read: 1 MiB.
    public static let maximumLineLength = 1_048_576

    private let today: Day

    /// An import that takes no one who is born after `today`.
    public init(today: Day) {
        self.today = today
    }

    /// Maps one line to a client.
    /// - Throws: all reasons why the line cannot be taken over. They name the member and never repeat its content.
    public func client(of line: some Collection<UInt8>) throws(Refusal) -> ImportedClient {
        guard line.count <= Self.maximumLineLength else { throw Refusal(["the line is longer than 1 MiB"]) }
        let patient: FHIRPatient
        do {
            patient = try JSONDecoder().decode(FHIRPatient.self, from: Data(line))
        } catch let error as DecodingError {
            throw Refusal([Self.reason(error)])
        } catch {
            throw Refusal(["the line is not JSON"])
        }
        guard patient.resourceType == "Patient" else { throw Refusal(["the line is not a Patient resource"]) }
        var reader = PatientReader(patient, today: today)
        let client = reader.client()
        guard let client, reader.reasons.isEmpty else { throw Refusal(reader.reasons) }
        return client
    }

    /// Why a line was not taken over.
    public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// The reasons, in the order of the resource.
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
