import Postgres
import Practice
import WebAPI

extension Practice.Profile {
    private static let columns: SQL = """
        practice_id, name, phone, email, case when access.shows('slug') then slug end,
        case when access.shows('time_zone') then time_zone end, case when access.shows('quiet_hours') then quiet_from end,
        case when access.shows('quiet_hours') then quiet_until end,
        case when access.by_staff() then second_factor_from end, version
        """

    static func query(in practice: ID<Practice>) -> Query<Practice.Profile> {
        .row("select \(columns) from practices where practice_id = \(practice)", read)
    }

    static func update(
        _ change: Practice.Change, seen version: Int, in practice: ID<Practice>
    ) -> Query<Practice.Profile> {
        var changes = Changes(version: version)
        changes.set("name", change.name)
        changes.set("phone", change.phone)
        changes.set("email", change.email)
        changes.set("time_zone", change.timeZone)
        changes.set("quiet_from", change.quietFrom)
        changes.set("quiet_until", change.quietUntil)
        changes.set("second_factor_from", change.secondFactorFrom)
        return .row(
            "update practices set \(changes.sql) where practice_id = \(practice) returning \(columns)", read)
    }

    @Sendable private static func read(_ row: inout Row) throws -> Practice.Profile {
        Practice.Profile(
            id: try row.next(), name: try row.next(), phone: try row.next(), email: try row.next(),
            slug: try row.next(), timeZone: try row.next(), quietFrom: try row.next(), quietUntil: try row.next(),
            secondFactorFrom: try row.next(), version: try row.next())
    }
}
