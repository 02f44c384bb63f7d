import JSON
import Practice
import WebAPI

/// A professional of the practice. Staff are named by their account.
enum Staff {
    /// What is known of a professional; what the caller may not see is nil.
    struct Member: Sendable {
        let id: ID<Account>
        let name: String
        let roles: [Role]
        let credentials: String?
        let isDisabled: Bool
        let version: Int
        /// Shown to who may change it.
        let details: Details?

        struct Details: Sendable {
            let email: String
            let licenseNumber: String?
            let maximumCaseload: Int?
            /// As JSON: region, number, until.
            let licenses: [UInt8]
        }
    }

    /// Where a professional may treat people.
    struct License: Sendable {
        let region: String
        let number: String
        /// The last day; nil: it does not end.
        let validUntil: Day?

        init(_ body: inout JSONObjectReader) {
            region = body.required("region", .region)
            number = body.required("number", .line(1...60))
            validUntil = body.optional("validUntil", .day(.longPlans))
        }
    }

    /// Somebody who is invited to work in the practice.
    struct Invite: Sendable {
        let name: String
        let email: String
        let roles: [Role]
        let credentials: String?
        let licenseNumber: String?

        init(_ body: inout JSONObjectReader) {
            name = body.required("name", .line(1...200))
            email = body.required("email", .email)
            roles = body.required("roles", .staffRoles)
            credentials = body.optional("credentials", .line(1...60))
            licenseNumber = body.optional("licenseNumber", .line(1...60))
        }
    }

    struct Change: Sendable {
        let name: String?
        let roles: [Role]?
        let credentials: Patch<String>
        let licenseNumber: Patch<String>
        let maximumCaseload: Patch<Int>
        /// All of them, from now on.
        let licenses: [License]?
        let isDisabled: Bool?
        /// Whether somebody may be less afterwards than before.
        var endsRoles: Bool { roles != nil || isDisabled == true }

        init(_ body: inout JSONObjectReader) {
            name = body.change("name", .line(1...200))
            roles = body.change("roles", .staffRoles)
            credentials = body.patch("credentials", .line(1...60))
            licenseNumber = body.patch("licenseNumber", .line(1...60))
            maximumCaseload = body.patch("maximumCaseload", .integer(0...1_000))
            let licenses = body.change("licenses", .array(0...60, of: .object(License.init)))
            self.licenses = licenses
            isDisabled = body.change("disabled", .bool)
            let regions = licenses?.map(\.region) ?? []
            body.check(
                Set(regions).count == regions.count, "licenses", "duplicate", "There is one license for each region.")
        }
    }

    /// Who oversees and cosigns somebody's work.
    struct Supervisor: Sendable {
        let id: ID<Account>
        let name: String
        let credentials: String?
        let since: Day?
    }
}

extension JSONShape where Value == [Role] {
    /// One or several roles of staff, each once.
    fileprivate static var staffRoles: Self {
        JSONShape<[Role]>.array(1...7, of: .choice(Role.self)).map(
            or: [], code: "not_staff_roles", detail: "These must be different roles of staff."
        ) { roles in
            roles.allSatisfy(\.isStaff) && Set(roles).count == roles.count ? roles : nil
        }
    }
}
