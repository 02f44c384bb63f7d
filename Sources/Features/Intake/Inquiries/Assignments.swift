import JSON
import Practice
import WebAPI

extension Inquiry {
    /// A professional who could answer an inquiry, and what speaks for and against.
    struct Candidate: Sendable {
        let id: ID<Account>
        let name: String
        let credentials: String?
        let roles: [String]
        /// Where a license is good today.
        let regions: [String]
        /// Where the person lives; nil when that is not known.
        let isLicensed: Bool?
        let caseload: Int
        let maximum: Int?
        /// Treats somebody from whom this must be kept apart. Nobody is told whom.
        let hasConflict: Bool
        let isAssignable: Bool
    }

    /// One span in which one professional answers, or has answered, an inquiry.
    struct AssignmentRecord: Sendable {
        let id: ID<InquiryAssignment>
        let counselorID: ID<Account>
        let name: String
        let since: Instant
        let until: Instant?
        let assignedBy: ID<Account>?
        let sealedReason: [UInt8]?
        var reason: String?
    }

    /// To whom an inquiry goes.
    struct HandOver: Sendable {
        let counselorID: ID<Account>
        let reason: String?

        init(_ body: inout JSONObjectReader) {
            counselorID = body.required("counselorId", .id())
            reason = body.optional("reason", .text(1...2_000))
        }
    }
}

extension Place {
    static func reason(of id: ID<InquiryAssignment>) -> Place { Place("inquiry_assignments", "reason", id) }
}

extension Inquiry.AssignmentRecord: JSONWritable {
    func opened(with vault: Vault) throws(Problem) -> Inquiry.AssignmentRecord {
        guard let sealedReason else { return self }
        var opened = self
        do {
            opened.reason = try vault.openText(sealedReason, at: .reason(of: id))
        } catch {
            throw .unexpected
        }
        return opened
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("counselorId", counselorID)
            json.member("name", name)
            json.member("since", since)
            json.member("until", until)
            json.member("assignedBy", assignedBy)
            json.member("reason", reason)
        }
    }
}

extension Inquiry.Candidate: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("credentials", credentials)
            json.array("roles", roles)
            json.array("regions", regions)
            json.member("licensed", isLicensed)
            json.member("caseload", caseload)
            json.member("maximumCaseload", maximum)
            json.member("conflict", hasConflict)
            json.member("assignable", isAssignable)
        }
    }
}
