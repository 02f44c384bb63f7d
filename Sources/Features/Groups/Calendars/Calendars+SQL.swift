import Postgres
import Practice

extension CalendarFeed {
    /// The caller's own: what is in use first, then what was revoked, each from the newest on.
    static func list(in practice: ID<Practice>) -> Query<[Details]> {
        .rows(
            """
            select feed_id, created_at, last_read_at, revoked_at from calendar_feeds
            where practice_id = \(practice) and account_id = access.account()
            order by revoked_at is not null, created_at desc, feed_id desc limit 100
            """
        ) { row in
            try Details(id: row.next(), createdAt: row.next(), lastReadAt: row.next(), revokedAt: row.next())
        }
    }

    /// Keeps the hash of a new address; counts none where the account has as many as it may.
    static func insert(_ new: New, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            insert into calendar_feeds (practice_id, feed_id, account_id, secret_hash, created_at)
            select \(practice), \(new.id), access.account(), \(new.token.hash), \(new.createdAt)
            where (select count(*) from calendar_feeds f
                   where f.practice_id = \(practice) and f.account_id = access.account() and f.revoked_at is null)
                  < \(limit)
            """)
    }

    /// Makes an address good for nothing, at once; what was revoked before stays as it was. Counts the addresses of the
    /// caller that have this id.
    static func revoke(_ feed: ID<CalendarFeed>, in practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            update calendar_feeds set revoked_at = coalesce(revoked_at, \(now))
            where practice_id = \(practice) and feed_id = \(feed) and account_id = access.account()
            """)
    }

    /// What a secret address shows: nil where there is no such address, or no more.
    static func events(_ token: Token, request: ProvenRequest, at now: Instant) -> Query<[CalendarFile.Event]?> {
        Query.rows(
            """
            select meeting_id, starts_at, minutes, cancelled, version, changed_at, word
            from access.calendar(\(token.practiceID), \(token.hash), \(now), \(request.id), \(request.proof))
            """
        ) { row in
            let (meeting, start) = (try row.next(ID<Meeting>?.self), try row.next(Instant?.self))
            let (minutes, isCancelled) = (try row.next(Int?.self), try row.next(Bool?.self))
            let (version, changed) = (try row.next(Int?.self), try row.next(Instant?.self))
            let word = try row.next(String?.self)
            guard let meeting, let start, let minutes, let isCancelled, let version, let changed else { return nil }
            return CalendarFile.Event(
                id: meeting, startsAt: start, minutes: minutes, isCancelled: isCancelled, revision: version - 1,
                changedAt: changed, word: word)
        }.map { (rows: [CalendarFile.Event?]) in rows.isEmpty ? nil : rows.compactMap(\.self) }
    }
}
