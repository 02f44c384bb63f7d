import JSON
import Postgres
import Practice
import WebAPI

/// That a piece was discussed with the client: on which day, by whom.
struct Discussion: Sendable, JSONWritable {
    var on: Day
    var by: ID<Account>

    init?(_ row: inout Row) throws(PostgresError) {
        let (day, account) = (try row.next(Day?.self), try row.next(ID<Account>?.self))
        guard let day, let account else { return nil }
        (on, by) = (day, account)
    }

    func write(to json: inout JSONWriter) {
        json.object { write(membersTo: &$0) }
    }

    func write(membersTo json: inout JSONWriter) {
        json.member("discussedOn", on)
        json.member("discussedBy", by)
    }

    /// When it was: in an appointment, on a day, or today.
    struct Request: Sendable {
        var day: Day?
        var appointment: ID<Appointment>?

        init(_ body: inout JSONObjectReader) {
            day = body.optional("discussedOn", .day(.plans))
            appointment = body.optional("appointmentId", .id())
            body.check(
                day == nil || appointment == nil, "appointmentId", "one_of_two",
                "Name the appointment (appointmentId) or the day (discussedOn), not both.")
        }

        /// Where in the body a wrong time was.
        fileprivate var pointer: String { appointment == nil ? "/discussedOn" : "/appointmentId" }
    }

    /// How marking a piece came out.
    enum Outcome: String, PostgresWord {
        case accepted, repeated, stale, withdrawn
        case notSubmitted = "not_submitted"
        case unknownAppointment = "unknown_appointment"
        case inFuture = "in_future"
        case tooEarly = "before_submission"

        /// What the caller is told where nothing was changed; nil where all is well.
        func problem(_ request: Request) -> Problem? {
            switch self {
            case .accepted, .repeated: nil
            case .stale: .stale
            case .withdrawn: .conflict(rawValue, "This homework was withdrawn.")
            case .notSubmitted:
                .conflict(rawValue, "This homework has not been handed in, so there is nothing to discuss yet.")
            case .unknownAppointment:
                .invalid([
                    FieldFault(
                        "/appointmentId", "unknown", "This client was in no such appointment. Name the day instead.")
                ])
            case .inFuture:
                .invalid([FieldFault(request.pointer, rawValue, "This is still to come. Mark it afterwards.")])
            case .tooEarly:
                .invalid([
                    FieldFault(request.pointer, rawValue, "It had not been handed in then. Name a later day.")
                ])
            }
        }
    }
}
