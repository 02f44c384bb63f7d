import Postgres
import Practice

// How an attachment comes in. As with homework itself, a row is locked before it is judged. The locks are statements of their
// own, in the same round trip: what is counted beside the locked row must be counted after the lock was got.

extension Attachment {
    /// What became of an attempt to attach, and what the limits are.
    struct Begun: Sendable {
        var outcome: Outcome
        var takesFiles: Bool
        var sizeLimit: Int
    }

    /// What became of a piece, and how much of the content is there.
    struct Received: Sendable {
        var outcome: Outcome
        var received: Int
        var size: Int
        var completedAt: Instant?
    }

    /// A piece of content on its way in, sealed for its place.
    struct Chunk: Sendable {
        var range: Range<Int>
        var size: Int
        var sealed: [UInt8]
        var digest: [UInt8]
        /// What the content is, where this is its beginning.
        var type: MediaType?
        /// Whether this is the end of the content and shows that it is a film.
        var showsFilm: Bool
    }

    /// Makes who attaches something for the same client wait for each other, so that two together stay within the quota.
    static func holdQuota(in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from pg_advisory_xact_lock(
                hashtextextended(\("cairn attachments \(practice)") || access.own_client(), 0))
            """)
    }

    /// Locks an attachment.
    static func hold(_ id: ID<Attachment>, in practice: ID<Practice>) -> Query<Int> {
        .run(
            """
            select from attachments a where a.practice_id = \(practice) and a.attachment_id = \(id) for no key update
            """)
    }

    /// Begins an upload.
    static func begin(
        _ id: ID<Attachment>, _ new: New, sealedName: [UInt8], for homework: ID<Homework>, of practice: ID<Practice>,
        at now: Instant
    ) -> Query<Begun> {
        .row(
            """
            with target as materialized (
                select h.client_id, h.couple_id, h.group_id, t.attachment_limit, \(asksForFiles(new.key)) as takes_files, case
                    when homework_after('attach', h.state) is null then homework_refusal('attach', h.state)
                    when h.opens_at > \(now) then 'not_open_yet'
                    when not \(asksForFiles(new.key)) or \(new.size) > t.attachment_limit then 'refused'
                    when u.bytes + \(new.size) > t.attachment_quota then 'quota_exceeded'
                    when u.open >= \(openAtMost) then 'too_many_uploads'
                    when u.here >= \(perHomework) then 'too_many_attachments'
                    else 'accepted' end as outcome
                from homework h join practices t using (practice_id)
                    join exercise_versions v using (practice_id, exercise_version_id),
                    lateral (
                        select coalesce(sum(a.size), 0)::bigint as bytes, count(*) filter (where a.completed_at is null) as open,
                            count(*) filter (where a.homework_id = h.homework_id) as here
                        from attachments a where a.practice_id = h.practice_id and a.client_id = h.client_id) u
                where h.practice_id = \(practice) and h.homework_id = \(homework)
            ), begun as (
                insert into attachments
                    (practice_id, attachment_id, homework_id, client_id, couple_id, group_id, key, name, size, created_at)
                select \(practice), \(id), \(homework), t.client_id, t.couple_id, t.group_id, \(new.key), \(sealedName),
                    \(new.size), \(now)
                from target t where t.outcome = 'accepted'
            )
            select outcome, takes_files, attachment_limit from target
            """
        ) { row in Begun(outcome: try row.next(), takesFiles: try row.next(), sizeLimit: try row.next()) }
    }

    /// Keeps a piece where the content ends so far. One that is there already, byte for byte, changes nothing.
    static func keep(
        _ chunk: Chunk, of id: ID<Attachment>, for homework: ID<Homework>, in practice: ID<Practice>, at now: Instant
    ) -> Query<Received> {
        let length = chunk.range.count
        let number = Int32(chunk.range.lowerBound / unit)
        return .row(
            """
            with target as materialized (
                select a.client_id, a.couple_id, a.group_id, a.size, a.received, a.completed_at,
                    \(outcome(of: chunk, number)) as outcome
                from attachments a join homework h using (practice_id, homework_id)
                    join exercise_versions v using (practice_id, exercise_version_id)
                where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = \(id)
            ), added as (
                insert into attachment_chunks
                    (practice_id, attachment_id, number, homework_id, client_id, couple_id, group_id, length, digest, sealed)
                select \(practice), \(id), \(number), \(homework), t.client_id, t.couple_id, t.group_id, \(Int32(length)),
                    \(chunk.digest), \(chunk.sealed)
                from target t where t.outcome = 'accepted'
            ), changed as (
                update attachments a
                set received = a.received + \(length), media_type = coalesce(a.media_type, \(chunk.type?.rawValue)),
                    completed_at = case when a.received + \(length) = a.size then \(now) end
                from target t
                where a.practice_id = \(practice) and a.attachment_id = \(id) and t.outcome = 'accepted'
                returning a.received, a.completed_at
            ), removed as (
                delete from attachments a using target t
                where a.practice_id = \(practice) and a.attachment_id = \(id) and t.outcome = 'not_accepted'
            )
            select t.outcome, coalesce(c.received, t.received), t.size, coalesce(c.completed_at, t.completed_at)
            from target t left join changed c on true
            """
        ) { row in
            Received(
                outcome: try row.next(), received: try row.next(), size: try row.next(), completedAt: try row.next())
        }
    }

    /// What becomes of a piece of the row `a` of the homework `h`, whose exercise has the version `v`.
    private static func outcome(of chunk: Chunk, _ number: Int32) -> SQL {
        let offset = chunk.range.lowerBound
        return """
            case
                when a.size <> \(chunk.size) then 'size_differs'
                when exists (
                    select from attachment_chunks c
                    where c.practice_id = a.practice_id and c.attachment_id = a.attachment_id and c.number = \(number)
                      and c.digest = \(chunk.digest)) then 'repeated'
                when a.received <> \(offset) then 'wrong_offset'
                when homework_after('attach', h.state) is null then homework_refusal('attach', h.state)
                when \(offset) = 0 and not \(accepts(chunk.type)) then 'not_accepted'
                when \(chunk.showsFilm) and coalesce(a.media_type, \(chunk.type?.rawValue)) = 'audio/mp4' then 'not_accepted'
                else 'accepted' end
            """
    }

    /// Takes an attachment away that no submission has named.
    static func remove(
        _ id: ID<Attachment>, of homework: ID<Homework>, in practice: ID<Practice>
    ) -> Query<Outcome> {
        .row(
            """
            with target as materialized (
                select case when a.submission is null then 'accepted' else 'handed_in' end as outcome
                from attachments a
                where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = \(id)
            ), removed as (
                delete from attachments a using target t
                where a.practice_id = \(practice) and a.attachment_id = \(id) and t.outcome = 'accepted'
            )
            select outcome from target
            """
        ) { try $0.next() }
    }

    /// Whether the version `v` asks for attachments under a key.
    private static func asksForFiles(_ key: String) -> SQL {
        """
        exists (select from jsonb_array_elements(v.fields) f
                where f ->> 'key' = \(key) and f ->> 'type' in ('file', 'drawing'))
        """
    }

    /// Whether the question of the version `v` under the key of `a` takes content of a type.
    private static func accepts(_ type: MediaType?) -> SQL {
        """
        coalesce((
            select case f ->> 'type' when 'file' then f -> 'accepts' ? \(type?.media.rawValue)
                when 'drawing' then \(type?.media == .image) end
            from jsonb_array_elements(v.fields) f where f ->> 'key' = a.key), false)
        """
    }
}
