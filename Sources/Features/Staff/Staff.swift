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
        let isDisabled: Bool?

        init(_ body: inout JSONObjectReader) {
            name = body.change("name", .line(1...200))
            roles = body.change("roles", .staffRoles)
            credentials = body.patch("credentials", .line(1...60))
            licenseNumber = body.patch("licenseNumber", .line(1...60))
            isDisabled = body.change("disabled", .bool)
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
