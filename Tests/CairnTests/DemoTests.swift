import Postgres
import Practice
import TestSupport
import Testing

@testable import Cairn
@testable import Demo

/// The year of history with which the demo practice comes.
@Suite struct DemoTests {
    @Test func `the year that is played is the same whenever it is played, and gives no seat twice`() {
        let (year, again) = (DemoYear.played(), DemoYear.played())
        #expect(year.episodes.map(\.steps.count) == again.episodes.map(\.steps.count))
        #expect(year.episodes.allSatisfy { $0.steps.allSatisfy { $0.day < 0 && $0.day <= $0.noted && $0.noted < 0 } })
        for day in DemoYear.firstDay..<0 {
            for (number, group) in DemoGroup.all.enumerated() {
                let taken = year.episodes.count { episode in
                    let status = year.status(of: episode, on: day)
                    return episode.room == number && ["active", "paused", "offered"].contains(status)
                }
                #expect(taken <= group.seats, "\(group.name) on \(day)")
            }
        }
    }

    @Test func `somebody is in every state, and everything was written down in the past`() async throws {
        try await withDemo { superuser, practice, now in
            let states = try await superuser.pipeline(
                Query.row(
                    """
                    select array_agg(distinct status order by status) from enrollment_spans
                    where practice_id = \(practice) and upper_inf(recorded) and upper_inf(during)
                    """
                ) { try $0.next([String].self) })
            #expect(
                states == ["active", "completed", "offered", "paused", "transferred", "waitlisted", "withdrawn"])
            let counts = try await superuser.pipeline(
                Query.row(
                    """
                    select array[
                        (select count(*) from clients where practice_id = \(practice)),
                        (select count(distinct client_id) from enrollments where practice_id = \(practice)),
                        (select count(*) from enrollment_spans where practice_id = \(practice)
                            and (lower(recorded) > \(now) or upper(recorded) > \(now))),
                        (select count(*) from attendance where practice_id = \(practice) and recorded_at > \(now)),
                        (select count(*) from meetings where practice_id = \(practice) and planned_on is null),
                        (select count(*) from meetings m join closures c using (practice_id)
                            where practice_id = \(practice) and c.during @> m.planned_on),
                        (select count(*) from homework where practice_id = \(practice) and state = 'submitted'
                            and not exists (select from homework_answers a where a.homework_id = homework.homework_id))]
                    """
                ) { try $0.next([Int].self) })
            #expect(counts == [84, 83, 0, 0, 0, 0, 0])
        }
    }

    @Test func `there is a late correction, noted attendance that was corrected, homework, and a year of meetings`()
        async throws
    {
        try await withDemo { superuser, practice, now in
            let known: Query<[Int]> = .row(
                """
                select array[count(*) filter (where upper_inf(recorded)),
                             count(*) filter (where recorded @> \(now - .seconds(20 * 86_400))::timestamptz)]
                from enrollment_spans s join groups g using (practice_id, group_id)
                where s.practice_id = \(practice) and g.name = 'Tuesday 18:00, Mesa' and status in ('active', 'paused')
                  and during @> (\(now)::timestamptz at time zone 'America/Phoenix')::date - 30
                """
            ) { try $0.next() }
            let (isNow, wasThen) = { ($0[0], $0[1]) }(try await superuser.pipeline(known))
            #expect(wasThen == isNow + 1)
            let counts = try await superuser.pipeline(
                Query.row(
                    """
                    select array[
                        (select count(*) from attendance_history where practice_id = \(practice)),
                        (select count(*) from homework where practice_id = \(practice) and group_id is not null
                            and submitted_at > due_at),
                        (select count(*) from homework where practice_id = \(practice) and group_id is not null
                            and submitted_at is null),
                        (select count(*) from group_facilitators where practice_id = \(practice) and role <> 'facilitator')]
                    """
                ) { try $0.next([Int].self) })
            #expect(counts.allSatisfy { $0 > 0 })
            let months = try await superuser.pipeline(
                Query.row(
                    """
                    select count(distinct date_trunc('month', m.starts_at))
                    from meetings m join attendance a using (practice_id, meeting_id) where practice_id = \(practice)
                    """
                ) { try $0.next(Int.self) })
            #expect(months >= 12)
        }
    }

    @Test
    func `a month of check-ins, a couple's check-in with both keys turned, and somebody who joined a group later`()
        async throws
    {
        try await withDemo { superuser, practice, _ in
            let counts = try await superuser.pipeline(
                Query.row(
                    """
                    select array[
                        (select count(*) from homework where practice_id = \(practice) and couple_id is null
                            and group_id is null and planned_on is not null),
                        (select count(*) from homework a join homework b using (practice_id, assignment_id, occurrence)
                            where a.practice_id = \(practice) and a.client_id < b.client_id and a.couple_id is not null
                              and a.shared_at is not null and b.shared_at is not null),
                        (select count(*) from homework_assignments where practice_id = \(practice)
                            and plan_next is not null)]
                    """
                ) { try $0.next([Int].self) })
            #expect(counts == [30, 3, 6])
            let lateJoiners = try await superuser.pipeline(
                Query.row(
                    """
                    select count(*) from (
                        select from homework h join enrollments e using (practice_id, group_id, client_id)
                        where h.practice_id = \(practice) and upper_inf(e.seat)
                        group by h.assignment_id, h.client_id having min(h.occurrence) > 1) late
                    """
                ) { try $0.next(Int.self) })
            #expect(lateJoiners > 0)
        }
    }

    private func withDemo(
        _ body: @Sendable @escaping (PostgresClient, ID<Practice>, Instant) async throws -> Void
    ) async throws {
        try await withPractice { hands, _, superuser in
            #expect(try await DemoWorld(hands: hands).seed())
            let practice = try await superuser.pipeline(
                Query.row("select practice_id from practices where slug = \(DemoWorld.slug)") {
                    try $0.next(ID<Practice>.self)
                })
            try await body(superuser, practice, hands.surroundings.now())
        }
    }
}
