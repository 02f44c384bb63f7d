import Postgres
import Practice

extension ConsentPacket {
    private static let columns: SQL = "audience, kinds, required, guardians, version"

    static func list(in practice: ID<Practice>) -> Query<[ConsentPacket]> {
        .rows(
            """
            select \(columns) from consent_packets where practice_id = \(practice)
            order by array_position('{adult,minor,partner,group}'::text[], audience)
            """, read)
    }

    static func one(_ audience: String, in practice: ID<Practice>) -> Query<ConsentPacket> {
        .row(
            """
            select \(columns) from consent_packets
            where practice_id = \(practice) and audience = \(audience)
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
