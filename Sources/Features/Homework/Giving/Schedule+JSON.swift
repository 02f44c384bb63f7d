import JSON
import Practice

extension Schedule {
    /// What is kept with the assignment: ``ScheduleRequest`` reads it back as this schedule.
    var json: JSONValue {
        var members = JSONMembers()
        members.add("repeats", repeats)
        members.add("startsOn", startsOn.description)
        add(timing, to: &members)
        if let end = timing.end { add(end, to: &members) }
        if endsWithPhase { members.add("untilPhaseEnds", true) }
        members.add("dueTime", dueTime.description)
        members.add("timeZone", zone.name)
        if let opensDaysBefore { members.add("opensDaysBefore", opensDaysBefore) }
        if let closesDaysAfter { members.add("closesDaysAfter", closesDaysAfter) }
        if graceMinutes > 0 { members.add("graceMinutes", graceMinutes) }
        if skipsClosures { members.add("skipClosures", true) }
        return .object(members.all)
    }

    private var repeats: String {
        let word: TimingRequest.Repeats =
            switch timing {
            case .once: .once
            case .recurring(let recurrence):
                switch recurrence.pattern {
                case .daily: .daily
                case .weekly: .weekly
                case .monthly, .monthlyOnWeekdays: .monthly
                }
            case .beforeMeetings: .beforeMeetings
            case .beforeAppointments: .beforeAppointments
            case .afterDone: .afterDone
            case .afterJoining: .afterJoining
            }
        return word.rawValue
    }

    private func add(_ timing: Timing, to members: inout JSONMembers) {
        switch timing {
        case .once(let day): members.add("dueOn", day.description)
        case .recurring(let recurrence):
            members.add("every", recurrence.every)
            recurrence.pattern.add(to: &members)
        case .beforeMeetings(let days, _), .beforeAppointments(let days, _): members.add("daysBefore", days)
        case .afterDone(let days, _), .afterJoining(let days): members.add("daysAfter", days)
        }
    }

    private func add(_ end: End, to members: inout JSONMembers) {
        switch end {
        case .never: break
        case .until(let day): members.add("until", day.description)
        case .count(let count): members.add("count", count)
        }
    }
}
