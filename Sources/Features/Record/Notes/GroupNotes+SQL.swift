import JSON
import Postgres
import Practice
import WebAPI

extension ProgressNote {
    /// A group note on its way to the database: the shared part, and a copy of it with the own part for each chart.
    struct SealedParts: Sendable {
        var clients: [ID<Client>] = []
        var notes: [ID<ProgressNote>] = []
        var bodies: [[UInt8]] = []
        var sharedBodies: [[UInt8]] = []
    }

    /// Inserts the note and all its parts, or nothing: gives the positions of those who were not there, and whether
    /// the meeting is one of the group.
    static func insert(
        _ note: ID<ProgressNote>, of group: ID<Group>, in practice: ID<Practice>, meeting: ID<Meeting>?,
        _ occasion: Occasion, sharedBody: [UInt8], parts: SealedParts, at now: Instant
    ) -> Query<(absent: [Int], isMeetingKnown: Bool)> {
        .row(
            """
            with sent as (
                select s.client_id, s.note_id, s.body, s.shared_body, s.position
                from unnest(\(parts.clients)::uuid[], \(parts.notes)::uuid[], \(parts.bodies)::bytea[],
                            \(parts.sharedBodies)::bytea[])
                    with ordinality as s (client_id, note_id, body, shared_body, position)
            ), absent as (
                select s.position from sent s
                where s.client_id not in (\(attendees(of: group, in: practice, meeting: meeting, occasion.heldAt)))
            ), meeting as (
                select \(meeting)::uuid is null or exists (
                    select from meetings m where m.practice_id = \(practice) and m.meeting_id = \(meeting)
                        and m.group_id = \(group)) as is_known
            ), head as (
                insert into progress_notes
                    (practice_id, note_id, kind, group_id, meeting_id, author_id, held_at, minutes, modality, body,
                     created_at)
                select \(practice), \(note), 'group', \(group), \(meeting), access.account(), \(occasion.heldAt),
                       \(occasion.minutes), \(occasion.modality), \(sharedBody), \(now)
                from meeting where is_known and not exists (select from absent)
                returning note_id
            ), parts as (
                insert into progress_notes
                    (practice_id, note_id, kind, client_id, group_id, meeting_id, head_note_id, author_id, held_at,
                     minutes, modality, body, shared_body, created_at)
                select \(practice), s.note_id, 'attendee', s.client_id, \(group), \(meeting), h.note_id,
                       access.account(), \(occasion.heldAt), \(occasion.minutes), \(occasion.modality), s.body,
                       s.shared_body, \(now)
                from sent s, head h
                returning 1
            )
            select array(select position from absent order by position), is_known from meeting
            """
        ) { row in (try row.next(), try row.next()) }
    }

    // A member on that day whom nobody has marked absent. Who was not there gets no note.
    private static func attendees(
        of group: ID<Group>, in practice: ID<Practice>, meeting: ID<Meeting>?, _ heldAt: Instant
    ) -> SQL {
        """
        select e.client_id from enrollments e
            join groups g on g.practice_id = e.practice_id and g.group_id = e.group_id
            left join attendance k on k.practice_id = e.practice_id and k.meeting_id = \(meeting)
                and k.client_id = e.client_id
        where e.practice_id = \(practice) and e.group_id = \(group)
          and e.seat @> (\(heldAt) at time zone g.time_zone)::date
          and coalesce(k.mark not in ('absent', 'excused'), true)
        """
    }

    /// Changes of a note that is not signed.
    struct SealedChange: Sendable {
        var heldAt: Instant?
        var minutes: Patch<Int>
        var modality: Modality?
        var body: [UInt8]?

        /// What head and parts have in common.
        fileprivate func set(in changes: inout Changes) {
            changes.set("held_at", heldAt)
            changes.set("minutes", minutes)
            changes.set("modality", modality)
        }
    }

    static func update(
        _ change: SealedChange, of note: ID<ProgressNote>, in practice: ID<Practice>, version: Int
    ) -> Query<Int> {
        var changes = Changes(version: version)
        change.set(in: &changes)
        changes.set("body", change.body)
        return .run("update progress_notes set \(changes.sql) where practice_id = \(practice) and note_id = \(note)")
    }

    /// Carries changes of a group note into the charts of those who were there.
    static func updateParts(
        _ change: SealedChange, sharedBodies: SealedParts, of note: ID<ProgressNote>, in practice: ID<Practice>
    ) -> Query<Int> {
        var changes = Changes()
        change.set(in: &changes)
        changes.set("shared_body", to: "coalesce(s.shared_body, n.shared_body)")
        changes.set("version", to: "n.version + 1")
        return .run(
            """
            update progress_notes n set \(changes.sql)
            from unnest(\(sharedBodies.notes)::uuid[], \(sharedBodies.sharedBodies)::bytea[])
                as s (note_id, shared_body)
            where n.practice_id = \(practice) and n.head_note_id = \(note) and n.note_id = s.note_id
            """)
    }
}
