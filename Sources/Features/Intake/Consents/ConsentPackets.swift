import Postgres
import Practice
import WebAPI

/// A practice's rule for one audience: what is asked of them, and what must be in force before anything begins.
struct ConsentPacket: Sendable {
    let audience: String
    let kinds: [String]
    let required: [String]
    let guardians: Guardians
    let version: Int

    /// How many of a minor's guardians with the scope `consent` must sign.
    enum Guardians: String, Sendable, CaseIterable, PostgresWord {
        case one, all
    }

    struct Change: Sendable {
        let kinds: [String]
        let required: [String]
        let guardians: Guardians

        init(_ body: inout JSONObjectReader) {
            let kinds = body.required("kinds", .array(0...20, of: .consentKind))
            let required = body.required("required", .array(0...20, of: .consentKind))
            (self.kinds, self.required) = (kinds, required)
            guardians = body.optional("guardians", .choice()) ?? .all
            body.check(Set(kinds).count == kinds.count, "kinds", "repeated", "Each kind once.")
            body.check(
                Set(kinds).isSuperset(of: required), "required", "not_asked_for",
                "What is required must be among the kinds that are asked for.")
        }

        init(kinds: [String], required: [String], guardians: Guardians = .all) {
            (self.kinds, self.required, self.guardians) = (kinds, required, guardians)
        }
    }
}

extension ConsentPacket {
    private static let columns: SQL = "audience, kinds, required, guardians, version"

    static func list(_ call: Call) -> Query<[ConsentPacket]> {
        .rows(
            """
            select \(columns) from consent_packets where practice_id = \(call.practiceID)
            order by array_position('{adult,minor,partner,group}'::text[], audience)
            """, read)
    }

    static func one(_ audience: String, _ call: Call) -> Query<ConsentPacket> {
        .row(
            """
            select \(columns) from consent_packets
            where practice_id = \(call.practiceID) and audience = \(audience)
            """, read)
    }

    static func update(
        _ change: Change, _ audience: String, seen version: Int, in practice: ID<Practice>
    ) -> Query<Int> {
        .run(
            """
            update consent_packets
            set kinds = \(change.kinds), required = \(change.required), guardians = \(change.guardians.rawValue),
                version = \(version + 1)
            where practice_id = \(practice) and audience = \(audience)
            """)
    }

    @Sendable private static func read(_ row: inout Row) throws -> ConsentPacket {
        ConsentPacket(
            audience: try row.next(), kinds: try row.next(), required: try row.next(),
            guardians: try row.next(), version: try row.next())
    }
}
