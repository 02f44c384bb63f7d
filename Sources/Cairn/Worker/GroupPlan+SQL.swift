import Postgres
import Practice

/// A group whose row the worker holds, with its rule.
struct GroupPlan: Sendable {
    let practiceID: ID<Practice>
    let groupID: ID<Group>
    let minutes: Int
    let rule: MeetingRule
}

extension GroupPlan {
    static func practices(behind horizon: Day) -> Query<[ID<Practice>]> {
        .rows("select practice_id from access.practices_to_plan(\(horizon)) as p (practice_id) order by 1") {
            try $0.next()
        }
    }

    /// The days on which the practice is closed.
    static func closures(of practice: ID<Practice>, from first: Day, before end: Day) -> Query<[Range<Day>]> {
        .rows(
            """
            select lower(during), upper(during) from closures
            where practice_id = \(practice) and during && daterange(\(first), \(end))
            """
        ) { row in
            let (from, until) = (try row.next(Day.self), try row.next(Day.self))
            return from..<max(from, until)
        }
    }

    /// Takes groups that nobody else holds.
    static func take(_ count: Int, of practice: ID<Practice>, behind horizon: Day) -> Query<[GroupPlan]> {
        .rows(
            """
            select group_id, minutes, starts_on, ends_on, recurrence, meets_at, time_zone
            from groups g
            where practice_id = \(practice) and access.is_behind(g, \(horizon))
            order by group_id limit \(count) for no key update skip locked
            """
        ) { row in
            let (id, minutes) = (try row.next(ID<Group>.self), try row.next(Int.self))
            let (startsOn, endsOn) = (try row.next(Day.self), try row.next(Day?.self))
            return GroupPlan(
                practiceID: practice, groupID: id, minutes: minutes,
                rule: MeetingRule(
                    startsOn: startsOn, endsOn: endsOn, try row.next(), meetsAt: try row.next(), zone: try row.next()))
        }
    }

    /// What makes the meetings to come as the rule has them, and leaves alone what somebody touched, attended or wrote
    /// about. A meeting of today whose time is over by a new rule stays as it was.
    func statements(
        closed: [Range<Day>], at now: Instant, before horizon: Day, _ surroundings: Surroundings
    ) -> [Query<Int>] {
        let all = rule.occurrences(from: rule.zone.day(at: now), before: horizon)
        let coming = all.filter { $0.startsAt > now }
        let isClosed = coming.map { occurrence in closed.contains { $0.contains(occurrence.day) } }
        let open = zip(coming, isClosed).filter { !$0.1 }.map(\.0)
        return [
            remove(except: all.map(\.day), at: now), follow(coming, isClosed, at: now),
            make(open, ids: open.map { _ in surroundings.id() }), plannedUntil(horizon),
        ]
    }

    /// What the rule has no more.
    private func remove(except days: [Day], at now: Instant) -> Query<Int> {
        .run("delete from meetings m where \(isFree(at: now)) and m.planned_on <> all(\(days))")
    }

    /// What the rule has at another time or for another while, and what falls on a closure or does no more.
    private func follow(_ occurrences: [MeetingRule.Occurrence], _ isClosed: [Bool], at now: Instant) -> Query<Int> {
        .run(
            """
            update meetings m
            set starts_at = o.starts_at, minutes = \(minutes), cancelled = o.closed, version = m.version + 1
            from unnest(\(occurrences.map(\.day)), \(occurrences.map(\.startsAt)), \(isClosed))
                as o (day, starts_at, closed)
            where \(isFree(at: now)) and m.planned_on = o.day
              and (m.starts_at, m.minutes, m.cancelled) is distinct from (o.starts_at, \(minutes)::smallint, o.closed)
              and not exists (select from meetings other
                  where other.practice_id = m.practice_id and other.group_id = m.group_id
                    and other.starts_at = o.starts_at and other.meeting_id <> m.meeting_id)
            """)
    }

    /// What is not there yet: neither for the day, wherever it was moved to, nor at the time.
    private func make(_ occurrences: [MeetingRule.Occurrence], ids: [ID<Meeting>]) -> Query<Int> {
        .run(
            """
            insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes, planned_on)
            select \(practiceID), o.id, \(groupID), o.starts_at, \(minutes), o.day
            from unnest(\(ids), \(occurrences.map(\.startsAt)), \(occurrences.map(\.day))) as o (id, starts_at, day)
            on conflict do nothing
            """)
    }

    private func plannedUntil(_ horizon: Day) -> Query<Int> {
        .run(
            """
            update groups set planned_until = \(horizon) where practice_id = \(practiceID) and group_id = \(groupID)
            """)
    }

    /// Made by the rule, yet to come, and nobody's in the meantime.
    private func isFree(at now: Instant) -> SQL {
        """
        m.practice_id = \(practiceID) and m.group_id = \(groupID) and m.planned_on is not null and not m.by_hand
          and m.starts_at > \(now)
          and m.meeting_id not in (select access.meetings_in_use(\(practiceID), \(groupID), \(now)))
        """
    }
}
