import JSON
import Postgres
import Practice
import WebAPI

extension PlacementConflict {
    enum Kind: String, Sendable, CaseIterable, PostgresWord, JSONWritable {
        case relative
        case knownPerson = "known_person"
        case doNotPlace = "do_not_place"
    }

    /// A conflict as a chart shows it: with the name of the other client only where the caller may read that chart too.
    struct Listed: Sendable {
        let id: ID<PlacementConflict>
        let kind: Kind
        let other: Other?
        let staff: Colleague?
        let recordedAt: Instant
        /// Whether it was noted in this chart, and not in the other's.
        let isNotedHere: Bool
    }

    struct Other: Sendable {
        let id: ID<Client>
        let name: Enrollment.ClientName
    }

    struct Colleague: Sendable {
        let id: ID<Account>
        let name: String
    }

    struct New: Sendable {
        let kind: Kind
        let otherID: ID<Client>?
        let staffID: ID<Account>?

        /// What the database says about the other.
        var faults: [String: FieldFault] {
            let unknown =
                otherID == nil
                ? FieldFault("/staffId", "unknown", "There is no colleague of this id.")
                : FieldFault("/otherId", "unknown", "There is no client of this id whose chart you may read.")
            let same = FieldFault("/otherId", "same_client", "This is the client's own chart: name another.")
            return ["unknown": unknown, "same_client": same]
        }
    }
}
