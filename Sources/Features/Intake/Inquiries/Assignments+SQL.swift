import JSON
import Postgres
import Practice
import WebAPI

extension Inquiry {
    /// Who may take it before who may not, by name.
    static func candidates(_ id: ID<Inquiry>, _ page: Page) throws(Problem) -> Query<[Candidate]> {
        var after: SQL = ""
        if let key = page.after {
            after = """
                where (not assignable, name, account_id)
                    > (\(try key.text(0) != "true"), \(try key.text(1)), \(try key.id(2, of: Account.self)))
                """
        }
        return .rows(
            """
            select account_id, name, credentials, roles, regions, licensed, caseload, maximum, conflict, assignable
            from access.inquiry_counselors(\(id)) \(after)
            order by not assignable, name, account_id limit \(page.fetch)
            """
        ) { row in
            Candidate(
                id: try row.next(), name: try row.next(), credentials: try row.next(), roles: try row.next(),
                regions: try row.next(), isLicensed: try row.next(), caseload: try row.next(),
                maximum: try row.next(), hasConflict: try row.next(), isAssignable: try row.next())
        }
    }

    /// The one before ends with it; who has it already keeps it as it is.
    static func assign(
        _ id: ID<InquiryAssignment>, _ inquiry: ID<Inquiry>, to counselor: ID<Account>, sealed reason: [UInt8]?,
        in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into inquiry_assignments
                (practice_id, assignment_id, inquiry_id, account_id, since, assigned_by, reason)
            values (\(practice), \(id), \(inquiry), \(counselor), \(now), access.account(), \(reason))
            """)
    }

    /// Holds an inquiry until the end of the transaction, as what assigns it does first.
    static func hold(_ inquiry: ID<Inquiry>, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from inquiries where practice_id = \(practice) and inquiry_id = \(inquiry) for no key update
            """)
    }

    static func unassign(_ inquiry: ID<Inquiry>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update inquiry_assignments set until = greatest(since, \(now))
            where practice_id = \(practice) and inquiry_id = \(inquiry) and until is null
            """)
    }

    static func setAssigned(
        _ inquiry: ID<Inquiry>, to counselor: ID<Account>?, seen version: Int, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            update inquiries set assigned_to = \(counselor), version = \(version + 1)
            where practice_id = \(practice) and inquiry_id = \(inquiry)
            """)
    }

    /// From the first to the present one.
    static func assignments(
        _ inquiry: ID<Inquiry>, _ page: Page, in practice: ID<Practice>
    ) throws(Problem) -> Query<[AssignmentRecord]> {
        var after: SQL = ""
        if let key = page.after {
            let (at, id) = (try key.instant(0), try key.id(1, of: InquiryAssignment.self))
            after = "and (x.since, x.assignment_id) > (\(at), \(id))"
        }
        return .rows(
            """
            select x.assignment_id, x.account_id, a.name, x.since, x.until, x.assigned_by, x.reason
            from inquiry_assignments x join accounts a using (practice_id, account_id)
            where x.practice_id = \(practice) and x.inquiry_id = \(inquiry) \(after)
            order by x.since, x.assignment_id limit \(page.fetch)
            """
        ) { row in
            AssignmentRecord(
                id: try row.next(), counselorID: try row.next(), name: try row.next(), since: try row.next(),
                until: try row.next(), assignedBy: try row.next(), sealedReason: try row.next())
        }
    }

    static let assignmentFaults = [
        "no_such_counselor": FieldFault(
            "/counselorId", "no_such_staff", "There is no such professional in this practice.")
    ]

    /// What a refused assignment is told: the ways that are open.
    static let assignmentRefusals = [
        "inquiry_is_closed": """
        An inquiry is assigned while it is received, screening, offered or waitlisted; this one is closed.
        """,
        "not_a_counselor": "An inquiry is assigned to a counselor, a supervisor or an intern who is not disabled.",
        "counselor_not_licensed": """
        Nobody is assigned without a license for where the person lives. The inquiry's counselors tell who has one.
        """,
        "caseload_full": """
        This counselor has as many clients as may be. The inquiry's counselors tell who has room.
        """,
        "counselor_in_conflict": """
        This counselor is not assignable here. The inquiry's counselors tell who is.
        """,
    ]
}
