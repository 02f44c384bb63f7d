import JSON
import Postgres
import Practice

// What handing homework in does to the attachments that the answers name. `Homework.submit` splices these in. What taking a
// submission back does is the database's own (Migrations/routines/homework/attachments.sql).

extension Attachment {
    /// The attachments that answers name, in the order of the questions.
    struct Named: Sendable {
        var keys: [String] = []
        var ids: [ID<Attachment>] = []

        init(_ named: [(key: String, id: ID<Attachment>)]) {
            keys = named.map(\.key)
            ids = named.map(\.id)
        }

        var isEmpty: Bool { ids.isEmpty }

        /// Where in the body an id stands: `/answers/photos/0`.
        func pointer(_ index: Int) -> String {
            guard keys.indices.contains(index) else { return "/answers" }
            return "/answers/\(keys[index])/\(keys[..<index].count { $0 == keys[index] })"
        }
    }

    /// Locks what the answers name, so that nothing of it goes until the transaction ends, and says what is wrong with
    /// it: to be sent before `Homework.submit`, which is then judged by what is locked.
    static func hold(
        _ named: Named, of homework: ID<Homework>, in practice: ID<Practice>
    ) -> Query<[FieldFault]>? {
        if named.isEmpty { return nil }
        return .rows(
            """
            with held as materialized (
                select a.attachment_id, a.key, a.completed_at from attachments a
                where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = any (\(named.ids))
                order by a.attachment_id for no key update)
            select n.position, h.attachment_id is not null
            from unnest(\(named.keys), \(named.ids)) with ordinality n (key, id, position)
                left join held h on h.attachment_id = n.id and h.key = n.key
            where h.completed_at is null
            order by n.position
            """
        ) { row in
            let pointer = named.pointer(try row.next(Int.self) - 1)
            return try row.next(Bool.self)
                ? FieldFault(
                    pointer, "attachment_incomplete", "This attachment has not arrived yet. Send the rest first.")
                : FieldFault(pointer, "attachment_unknown", "There is no such attachment of this question.")
        }
    }

    /// Whether something that the answers name is not there completely.
    static func isMissing(_ named: Named, of homework: ID<Homework>, in practice: ID<Practice>) -> SQL {
        guard !named.isEmpty else { return "false" }
        return """
            exists (
                select from unnest(\(named.keys), \(named.ids)) n (key, id)
                where not exists (
                    select from attachments a
                    where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = n.id
                      and a.key = n.key and a.completed_at is not null))
            """
    }

    /// Ties what the answers name to the submission of the row `changed`, and opens it to others unless it is private: a
    /// part of a `with` that has `changed (submissions)`, with a comma before it.
    static func handedIn(
        _ named: Named, of homework: ID<Homework>, in practice: ID<Practice>, isPrivate: Bool
    ) -> SQL {
        guard !named.isEmpty else { return "" }
        return """
            , attached as (
                update attachments a
                set submission = c.submissions,
                    handed_in_with = case when \(isPrivate) then a.handed_in_with else coalesce(a.handed_in_with, c.submissions) end
                from changed c
                where a.practice_id = \(practice) and a.homework_id = \(homework) and a.attachment_id = any (\(named.ids))
                returning a.attachment_id, a.handed_in
            ), opened as (
                update attachment_chunks k set handed_in = true
                from attached a
                where k.practice_id = \(practice) and k.attachment_id = a.attachment_id and a.handed_in and not k.handed_in
            )
            """
    }
}
