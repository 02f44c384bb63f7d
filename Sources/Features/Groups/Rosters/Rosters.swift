import Practice
import WebAPI

/// Who is in a group on a day and how they are doing, as the practice believes now or believed at an instant: one of the
/// three things for which the product exists.
struct Roster: Sendable {
    let heading: Heading
    let members: [Member]

    /// What is asked: of which day, and by what was known when.
    struct View: Sendable {
        /// Nil is today.
        let asOf: Day?
        /// Nil is now.
        let knownAt: Instant?
        let now: Instant

        /// Whether this is the roster of today by what is known now.
        var isOfToday: Bool { asOf == nil && knownAt == nil }
    }

    /// The group, who leads it on that day, and the numbers that everybody on the staff may know.
    struct Heading: Sendable {
        let groupID: ID<Group>
        let name: String
        let programID: ID<Program>
        let programName: String
        let track: String?
        let phase: String?
        let capacity: Int
        let facilitators: [Facilitator]
        /// Whether the reader may know who the members are; otherwise there are only numbers.
        let isOpen: Bool
        let seats: Seats
        /// The day, on the practice's calendar.
        let day: Day
    }

    /// How many hold what on that day.
    struct Seats: Sendable {
        let active: Int
        let paused: Int
        /// Offers that stand.
        let offered: Int
        let waitlisted: Int

        var taken: Int { active + paused + offered }
    }

    struct Facilitator: Sendable {
        let accountID: ID<Account>
        let name: String
        let role: String
    }

    /// One who has a seat.
    struct Member: Sendable {
        let groupID: ID<Group>
        let clientID: ID<Client>
        let enrollmentID: ID<Enrollment>
        let givenName: String
        let preferredName: String?
        let familyName: String
        let birthDate: PartialDay?
        let status: String
        /// The first day of the seat, however often it was paused since.
        let since: Day
        let attendance: Tally
        let homework: Tally
        /// Kinds that are required and not in force.
        let missingConsents: [String]
        /// A note on safe contact must be heeded.
        let heedsSafeContact: Bool
    }

    /// So many of so many.
    struct Tally: Sendable {
        let part: Int
        let whole: Int

        /// Four digits of it; nil of nothing.
        var rate: Double? { whole > 0 ? (Double(part) * 10_000 / Double(whole)).rounded() / 10_000 : nil }
    }
}

extension Roster.Heading {
    /// How full the group is.
    var fill: Roster.Tally { Roster.Tally(part: seats.taken, whole: capacity) }

    /// The status of each seat whose holder the reader may not know.
    var maskedStatuses: [String] {
        isOpen
            ? []
            : Array(repeating: "active", count: seats.active) + Array(repeating: "paused", count: seats.paused)
    }
}

extension Roster {
    /// Gives each group its members, which come in the order of the groups.
    static func gathered(_ headings: [Heading], _ members: [Member]) -> [Roster] {
        var rest = members[...]
        return headings.map { heading in
            let own = rest.prefix { $0.groupID == heading.groupID }
            rest = rest.dropFirst(own.count)
            return Roster(heading: heading, members: Array(own))
        }
    }

    /// What was asked, as the hash of the answer has it.
    static func hash(_ form: Representation, _ report: String, of subject: String, on day: Day, _ view: View)
        -> QueryHash
    {
        QueryHash(
            form,
            [
                "report": report, "of": subject, "asOf": day.description,
                "knownAt": view.knownAt?.description ?? "",
            ])
    }
}
