import Postgres
import Practice

extension DatabaseCheck {
    /// Some practice that has keys.
    static let anyPractice: Query<ID<Practice>?> =
        .optionalRow("select practice_id from practice_keys limit 1") { try $0.next(ID<Practice>.self) }
}
