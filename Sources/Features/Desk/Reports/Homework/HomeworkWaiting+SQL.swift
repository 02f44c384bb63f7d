import Postgres
import Practice
import WebAPI

// Of the two lists a reader is shown one: the database decides which, and the other has no rows.

extension HomeworkWaiting {
    func pieces(_ place: Place, in practice: ID<Practice>, at now: Instant) -> Query<[Piece]> {
        .rows(piecesStatement(place, in: practice, at: now)) { row in
            Piece(
                id: try row.next(), client: try row.next(), givenName: try row.next(), preferredName: try row.next(),
                familyName: try row.next(), title: try row.next(), group: try row.next(), groupName: try row.next(),
                dueAt: try row.next(), submittedAt: try row.next(), since: try row.next())
        }
    }

    func heaps(_ place: Place, in practice: ID<Practice>, at now: Instant) -> Query<[Heap]> {
        .rows(heapsStatement(place, in: practice, at: now)) { row in
            Heap(
                group: try row.next(), groupName: try row.next(), counselor: try row.next(),
                counselorName: try row.next(), count: try row.next(), oldest: try row.next())
        }
    }

    func piecesStatement(_ place: Place, in practice: ID<Practice>, at now: Instant) -> SQL {
        """
        select h.homework_id, h.client_id, c.given_name, c.preferred_name, c.family_name, h.title, h.group_id, g.name,
            h.due_at, h.submitted_at, h.since
        from \(source(place, in: practice, at: now))
            join clients c on c.practice_id = \(practice) and c.client_id = h.client_id
            left join groups g on g.practice_id = \(practice) and g.group_id = h.group_id
        where (select access.shows('names'))
        order by h.since, h.homework_id limit \(place.most)
        """
    }

    func heapsStatement(_ place: Place, in practice: ID<Practice>, at now: Instant) -> SQL {
        var after: SQL = ""
        if let key = place.after {
            after = """
                where (s.oldest, coalesce(s.group_id, \(ID<Void>.nil)), coalesce(s.assigned_by, \(ID<Void>.nil)))
                    > (\(key.since), \(key.first), \(key.second))
                """
        }
        return """
            select s.group_id, g.name, s.assigned_by, a.name, s.pieces, s.oldest
            from (
                    select h.group_id, t.assigned_by, count(*) as pieces, min(\(since)) as oldest
                    from homework h
                        join homework_assignments t
                            on t.practice_id = \(practice) and t.assignment_id = h.assignment_id
                    where h.practice_id = \(practice) and \(condition(now))
                      and (select not access.shows('names'))
                    group by h.group_id, t.assigned_by) s
                left join groups g on g.practice_id = \(practice) and g.group_id = s.group_id
                left join accounts a on a.practice_id = \(practice) and a.account_id = s.assigned_by
            \(after)
            order by s.oldest, coalesce(s.group_id, \(ID<Void>.nil)), coalesce(s.assigned_by, \(ID<Void>.nil))
            limit \(place.most)
            """
    }

    /// What is late lies in the ranges of the clients in scope; what waits for an answer is a short list by itself, in
    /// an index of its own.
    private func source(_ place: Place, in practice: ID<Practice>, at now: Instant) -> SQL {
        var after: SQL = ""
        if let key = place.after { after = "and (\(since), h.homework_id) > (\(key.since), \(key.first))" }
        let columns: SQL = """
            select h.homework_id, h.client_id, h.title, h.group_id, h.due_at, h.submitted_at, \(since) as since
            from homework h where h.practice_id = \(practice) and \(condition(now)) \(after)
            """
        return switch self {
        case .overdue:
            """
            unnest(access.whose_homework()) as mine (client_id) cross join lateral (
                \(columns) and h.client_id = mine.client_id
                order by since, h.homework_id limit \(place.most)) h
            """
        case .unreviewed: "(\(columns) order by since, h.homework_id limit \(place.most)) h"
        }
    }

    private var since: SQL {
        switch self {
        case .overdue: "homework_late_from(h.due_at, h.late_at)"
        case .unreviewed: "h.submitted_at"
        }
    }

    private func condition(_ now: Instant) -> SQL {
        switch self {
        case .overdue:
            """
            homework_is_due(h.state, h.due_at, \(now)) and homework_late_from(h.due_at, h.late_at) <= \(now)
            and \(HomeworkFigures.handedIn) is null and coalesce(h.closes_at > \(now), true)
            """
        case .unreviewed(let days): "h.state = 'submitted' and h.submitted_at <= \(now - .seconds(days * 86_400))"
        }
    }
}
