import JSON
import Practice
import WebAPI

extension Practice {
    /// What is known of a practice; what the caller may not see is nil.
    struct Profile: Sendable {
        let id: ID<Practice>
        let name: String
        let phone: String?
        let email: String?
        let slug: String?
        let timeZone: String?
        /// In which hours of its wall clock nobody is reminded of anything.
        let quietFrom: LocalTime?
        let quietUntil: LocalTime?
        /// The day from which staff sign in with a second factor only.
        let secondFactorFrom: Day?
        let version: Int
    }

    /// What is to change of it. The slug stands in the links on the practice's pages and does not.
    struct Change: Sendable {
        let name: String?
        let phone: Patch<String>
        let email: Patch<String>
        let timeZone: TimeZoneID?
        let quietFrom: LocalTime?
        let quietUntil: LocalTime?
        let secondFactorFrom: Patch<Day>

        init(_ body: inout JSONObjectReader) {
            name = body.change("name", .line(1...200))
            phone = body.patch("phone", .line(1...40))
            email = body.patch("email", .email)
            timeZone = body.change("timeZone", .timeZone)
            quietFrom = body.change("quietFrom", .localTime)
            quietUntil = body.change("quietUntil", .localTime)
            secondFactorFrom = body.patch("secondFactorFrom", .day(.soon))
        }
    }
}
