import Practice

extension HomeworkOutlook {
    /// The due dates of one client, where each has their own: that of a chain that is open or comes next, or the one after
    /// joining. They wait for closures and skipped days to be over, since nothing would come in their place.
    func ownOccasions(of theirs: Participant) -> [HomeworkPlan.Occasion] {
        switch plan.schedule.timing {
        case .afterDone(let days, let end): chained(theirs, days, end)
        case .afterJoining(let days): joining(theirs, days)
        case .once, .recurring, .beforeMeetings, .beforeAppointments: []
        }
    }

    private func joining(_ theirs: Participant, _ days: Int) -> [HomeworkPlan.Occasion] {
        guard let joined = theirs.seats.map(\.days.lowerBound).min(), joined > .first else { return [] }
        let day = joined.adding(days: days)
        guard day >= plan.schedule.startsOn, day < end else { return [] }
        return [postponed(1, day, opensOn: max(plan.schedule.startsOn, joined))].compactMap(\.self)
    }

    private func chained(_ theirs: Participant, _ days: Int, _ end: Schedule.End) -> [HomeworkPlan.Occasion] {
        guard let last = theirs.pieces.max(by: { $0.number < $1.number }) else {
            return first(1, from: max(plan.schedule.startsOn, today), after: nil, theirs, end)
        }
        guard let finished = dayOfFinishing(last) else {
            let opensOn = plan.schedule.zone.day(at: last.window.opensAt)
            return [postponed(last.number, last.plannedOn, opensOn: opensOn)].compactMap(\.self)
        }
        let day = max(finished.adding(days: days), today)
        return first(last.number + 1, from: day, after: finished, theirs, end)
    }

    /// The day on which a piece of a chain was handed in, missed or taken back; nil where it is still to be done.
    private func dayOfFinishing(_ piece: HomeworkPlan.Piece) -> Day? {
        let zone = plan.schedule.zone
        if let doneAt = piece.doneAt { return zone.day(at: doneAt) }
        if piece.isWithdrawn { return min(today, zone.day(at: piece.window.dueAt)) }
        return piece.window.closesAt.flatMap { $0 <= now ? zone.day(at: $0) : nil }
    }

    /// The first day from one on that is ahead and on which the client is there.
    private func first(
        _ number: Int, from day: Day, after previous: Day?, _ theirs: Participant, _ end: Schedule.End
    ) -> [HomeworkPlan.Occasion] {
        let last = max(self.end, day.adding(days: HomeworkPlan.daysAhead))
        for offset in 0..<day.days(until: last) {
            let candidate = day.adding(days: offset)
            guard end.includes(number, on: candidate) else { return [] }
            let opensOn = plan.schedule.opensOn(for: candidate, after: previous ?? candidate.adding(days: -1))
            guard let occasion = postponed(number, candidate, opensOn: opensOn) else { return [] }
            if occasion.window.dueAt > now, theirs.isThere(for: occasion) { return [occasion] }
        }
        return []
    }

    /// The due date of a day, or of the first after it that is neither skipped nor closed; nil where there is none for a
    /// year and more.
    private func postponed(_ number: Int, _ day: Day, opensOn: Day) -> HomeworkPlan.Occasion? {
        for offset in 0...800 {
            let candidate = day.adding(days: offset)
            let change = change(on: candidate)
            if change.map({ $0.movedTo == nil }) ?? isClosed(on: candidate) { continue }
            let dueOn = change?.movedTo ?? candidate
            let wished = plan.schedule.opensDaysBefore.map { dueOn.adding(days: -$0) } ?? opensOn
            return HomeworkPlan.Occasion(
                number: number, plannedOn: day, dueOn: dueOn,
                window: plan.schedule.window(dueOn: dueOn, opensOn: min(dueOn, max(plan.schedule.startsOn, wished))))
        }
        return nil
    }
}

extension HomeworkOutlook {
    /// When the plan has to be gone through again if nothing changes. What changes it tells by triggers.
    func nextLook() -> Instant? {
        if plan.hasEnded { return nil }
        let schedule = plan.schedule
        let usual = schedule.zone.instant(on: end.adding(days: -HomeworkPlan.daysToSpare), at: .midnight)
        switch schedule.timing {
        case .once: return nil
        case .recurring(let recurrence): return recurrence.isOver(after: end.adding(days: -1)) ? nil : usual
        case .beforeMeetings(_, let until), .beforeAppointments(_, let until):
            return until.includes(numbersInUse + 1, on: today) ? usual : nil
        case .afterDone(_, let until):
            guard until.includes(1, on: today) else { return nil }
            let closing = circumstances.pieces.compactMap { $0.doneAt == nil ? $0.window.closesAt : nil }
            return closing.filter { $0 > now }.reduce(usual, min)
        case .afterJoining: return usual
        }
    }
}
