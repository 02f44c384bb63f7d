import JSON
import Postgres
import Practice
import WebAPI

extension Group {
    /// Which groups a list shows, and in which order.
    struct ListFilter: Sendable {
        let program: ID<Program>?
        let phase: ID<Phase>?
        let track: ID<Track>?
        let standing: Standing?
        let sort: Order
        let page: Page

        init(_ query: inout QueryReader) {
            program = query.optional("programId", .criterion(Program.self))
            phase = query.optional("phaseId", .criterion(Phase.self))
            track = query.optional("trackId", .criterion(Track.self))
            standing = query.optional("status", .choice(Standing.self))
            sort = query.optional("sort", .choice(Order.self)) ?? .name
            page = query.countedPage()
        }

        /// Of `groups g`.
        func conditions(in practice: ID<Practice>, at now: Instant) -> [SQL] {
            var conditions: [SQL] = ["g.practice_id = \(practice)"]
            if let program { conditions.append("g.program_id = \(program)") }
            if let phase { conditions.append("g.phase_id = \(phase)") }
            if let track { conditions.append("g.track_id = \(track)") }
            let today: SQL = "(\(now) at time zone g.time_zone)::date"
            switch standing {
            case .upcoming: conditions.append("g.starts_on > \(today)")
            case .running: conditions.append("g.starts_on <= \(today) and coalesce(g.ends_on >= \(today), true)")
            case .ended: conditions.append("g.ends_on < \(today)")
            case nil: break
            }
            return conditions
        }
    }

    /// Where today, on the group's own calendar, lies beside its days.
    enum Standing: String, Sendable, CaseIterable {
        case upcoming, running, ended
    }

    enum Order: String, Sendable, CaseIterable {
        case name
        case firstStart = "startsOn"
        case lastStart = "-startsOn"

        var order: SQL {
            switch self {
            case .name: "g.name, g.group_id"
            case .firstStart: "g.starts_on, g.group_id"
            case .lastStart: "g.starts_on desc, g.group_id desc"
            }
        }

        func after(_ key: PageKey) throws(Problem) -> SQL {
            let id = try key.id(1, of: Group.self)
            return switch self {
            case .name: "(g.name, g.group_id) > (\(try key.text(0)), \(id))"
            case .firstStart: "(g.starts_on, g.group_id) > (\(try key.day(0)), \(id))"
            case .lastStart: "(g.starts_on, g.group_id) < (\(try key.day(0)), \(id))"
            }
        }

        func key(of group: Details) -> PageKey {
            switch self {
            case .name: PageKey(group.name, group.id)
            case .firstStart, .lastStart: PageKey(group.startsOn, group.id)
            }
        }
    }

    static func total(_ filter: ListFilter, in practice: ID<Practice>, at now: Instant) -> Query<Int?> {
        let conditions = filter.conditions(in: practice, at: now)
        return filter.page.total("from groups g where \(SQL.joined(conditions, separator: " and "))")
    }
}
