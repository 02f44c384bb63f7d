import JSON
import Practice
import WebAPI

/// A schedule as it is sent, and as it is kept with an assignment: when homework is due, on the wall clock of a zone.
///
/// The rule is sent either in members of its own or as the text of an `RRULE`; it is kept in members.
struct ScheduleRequest: Sendable {
    /// Nil when a fault has been told.
    var schedule: Schedule?

    init(_ body: inout JSONObjectReader) {
        let before = body.faultCount
        let timing = TimingRequest(&body)
        let opensDaysBefore = body.optional("opensDaysBefore", .integer(Schedule.daysOpen))
        let closesDaysAfter = body.optional("closesDaysAfter", .integer(Schedule.daysOpen))
        let graceMinutes = body.optional("graceMinutes", .integer(Schedule.grace)) ?? 0
        let skipsClosures = body.optional("skipClosures", .bool) ?? false
        guard let days = timing.timing, body.faultCount == before else { return }
        do throws(FieldFaults) {
            schedule = try Schedule(
                startsOn: timing.startsOn, days, dueTime: timing.dueTime, in: timing.zone,
                opensDaysBefore: opensDaysBefore, closesDaysAfter: closesDaysAfter, graceMinutes: graceMinutes,
                skipsClosures: skipsClosures, endsWithPhase: timing.endsWithPhase)
        } catch {
            body.record(error)
        }
    }

    /// Reads a schedule as it is stored.
    ///
    /// - Throws: a ``JSONFault`` or ``FieldFaults`` where this is no schedule.
    static func stored(_ json: [UInt8]) throws -> Schedule {
        let shape = JSONShape.object { ScheduleRequest(&$0) }
        guard let schedule = try shape.value(of: JSONValue(reading: json)).schedule else { throw Problem.unexpected }
        return schedule
    }
}
