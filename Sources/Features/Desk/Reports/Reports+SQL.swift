import Postgres
import Practice

extension ReportQuestion {
    /// The days of the report on the practice's calendar: until today where nobody says otherwise. `sane` is false where they make no sense; nothing is counted for such days.
    var span: SQL {
        """
        span as materialized (
            select today, since, until, until <= today and since <= until and until - since < \(Self.longest) as sane
            from (select access.today() as today, coalesce(\(to), access.today()) as until) d,
                lateral (select coalesce(\(from), \(usualBeginning)) as since) f)
        """
    }

    private var usualBeginning: SQL {
        switch beginning {
        case .year: "(date_trunc('month', until) - interval '11 months')::date"
        case .quarter: "(date_trunc('week', until) - interval '11 weeks')::date"
        }
    }

    /// The instants between which the days lie on the practice's wall clock; null where they make no sense.
    func bounds(in practice: ID<Practice>) -> SQL {
        bounds("practices t where t.practice_id = \(practice)")
    }

    /// The same on the wall clock of a group.
    func bounds(of group: ID<Group>, in practice: ID<Practice>) -> SQL {
        bounds("groups t where t.practice_id = \(practice) and t.group_id = \(group)")
    }

    private func bounds(_ clock: SQL) -> SQL {
        """
        bounds as materialized (
            select t.time_zone, case when sane then since::timestamp at time zone t.time_zone end as begins,
                case when sane then (until + 1)::timestamp at time zone t.time_zone end as over
            from span, \(clock))
        """
    }

    /// The groups of the report that the reader may see; `today_there` is the day in each.
    func groups(in practice: ID<Practice>) -> SQL {
        """
        g as materialized (
            select group_id, program_id, track_id, phase_id, capacity, starts_on, ends_on, time_zone,
                (access.at() at time zone time_zone)::date as today_there
            from groups
            where practice_id = \(practice) and (\(program) is null or program_id = \(program))
              and (\(group) is null or group_id = \(group)))
        """
    }

    /// The periods of the report for each program that has a group in it; `bucket` is the day on which a whole one begins.
    var periods: SQL {
        """
        periods as materialized (
            select p.program_id, t.day::date as bucket, greatest(t.day::date, since) as first,
                least((t.day + \(length))::date - 1, until) as last
            from span, (select distinct program_id from g) p,
                generate_series(date_trunc(\(step.rawValue), since::timestamp), until::timestamp, \(length)) as t (day)
            where sane)
        """
    }

    private var length: SQL { step == .month ? "interval '1 month'" : "interval '1 week'" }

    func frame(in practice: ID<Practice>) -> Query<ReportFrame> {
        .row(
            """
            with \(span)
            select today, since, until,
                (select name from programs where practice_id = \(practice) and program_id = \(program)),
                (select name from groups where practice_id = \(practice) and group_id = \(group)
                                           and (\(program) is null or program_id = \(program)))
            from span
            """
        ) { row in
            try ReportFrame(
                today: row.next(), from: row.next(), to: row.next(), programName: row.next(), groupName: row.next())
        }
    }
}
