import Postgres
import Practice
import WebAPI

extension HomeworkReport {
    static func rows(_ question: ReportQuestion, _ division: Division, in practice: ID<Practice>, at now: Instant)
        -> Query<[Row]>
    {
        .rows(statement(question, division, in: practice, at: now)) { row in
            let (id, name) = (try row.next(ID<Void>?.self), try row.next(String?.self))
            let (from, to) = (try row.next(Day?.self), try row.next(Day?.self))
            return Row(
                id: id, name: name, days: from.flatMap { from in to.map { ReportPeriod(from: from, to: $0) } },
                figures: try HomeworkFigures(&row), review: try ReviewFigures(&row))
        }
    }

    static func statement(_ question: ReportQuestion, _ division: Division, in practice: ID<Practice>, at now: Instant)
        -> SQL
    {
        """
        with \(question.span), \(question.bounds(in: practice))
        \(division.body(in: practice, at: now))
        """
    }
}

extension HomeworkReport.Division {
    fileprivate func body(in practice: ID<Practice>, at now: Instant) -> SQL {
        switch self {
        case .group: groups(in: practice, at: now)
        case .week: weeks(in: practice, at: now)
        case .exercise:
            named(
                "v.exercise_id", in: practice, at: now,
                joining: """
                    join exercise_versions v
                        on v.practice_id = \(practice) and v.exercise_version_id = h.exercise_version_id
                    """,
                names: "select exercise_id as id, title as name from exercises where practice_id = \(practice)")
        case .counselor:
            named(
                "a.assigned_by", in: practice, at: now,
                joining: """
                    left join homework_assignments a
                        on a.practice_id = \(practice) and a.assignment_id = h.assignment_id
                    """,
                names: "select account_id as id, name from accounts where practice_id = \(practice)")
        }
    }

    /// Each group has a range of one index, which holds all that is counted: nothing is sorted, however much there is.
    private func groups(in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        select g.group_id, g.name, null::date, null::date, c.*
        from groups g cross join lateral (
            select \(counts(at: now)) from homework h
            where h.practice_id = \(practice) and h.group_id = g.group_id
              and \(HomeworkFigures.wasDue(at: now))) c
        where g.practice_id = \(practice) and c.due > 0
        order by g.name, g.group_id
        """
    }

    private func named(_ key: SQL, in practice: ID<Practice>, at now: Instant, joining: SQL, names: SQL) -> SQL {
        """
        , c as materialized (
            select \(key) as id, \(counts(at: now)) from homework h \(joining)
            where h.practice_id = \(practice) and \(HomeworkFigures.wasDue(at: now))
            group by 1)
        select c.id, n.name, null::date, null::date, c.due, c.done, c.on_time, c.missed, c.answered, c.lag, c.waiting,
            c.unreviewed
        from c left join (\(names)) n using (id)
        order by n.name, c.id
        """
    }

    /// All weeks of the period, on the practice's calendar.
    private func weeks(in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        , w as materialized (
            select day::date as day from span, generate_series(
                date_trunc('week', since::timestamp), until::timestamp, interval '1 week') as t (day) where sane),
        c as materialized (
            select date_trunc('week', h.due_at at time zone (select time_zone from bounds))::date as day, \(counts(at: now))
            from homework h
            where h.practice_id = \(practice) and \(HomeworkFigures.wasDue(at: now))
            group by 1)
        select null::uuid, null::text, greatest(w.day, since), least(w.day + 6, until), coalesce(c.due, 0),
            coalesce(c.done, 0), coalesce(c.on_time, 0), coalesce(c.missed, 0), coalesce(c.answered, 0), c.lag,
            coalesce(c.waiting, 0), coalesce(c.unreviewed, 0)
        from span, w left join c using (day)
        order by w.day
        """
    }

    private func counts(at now: Instant) -> SQL {
        "\(HomeworkFigures.columns(at: now)), \(ReviewFigures.columns(at: now))"
    }
}
