import Postgres
import Practice

extension InquiryReasonLibrary {
    /// Puts those into a practice that it does not have yet; for who may write them, such as `seed.run`.
    public static func insert(into practice: ID<Practice>) -> [Query<Int>] {
        all.map { entry in
            .run(
                """
                insert into inquiry_reasons (practice_id, code, label, states, needs_text)
                values (\(practice), \(entry.code), \(entry.label), \(entry.states), \(entry.needsText))
                on conflict do nothing
                """)
        }
    }
}
