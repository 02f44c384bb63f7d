import Practice

extension HomeworkOutlook {
    /// The due dates that all clients of the plan have alike; nil where each has their own.
    func commonOccasions() -> [HomeworkPlan.Occasion]? {
        switch plan.schedule.timing {
        case .once(let day):
            return [settled(1, day, after: nil)].compactMap(\.self)
        case .recurring(let recurrence):
            return recurrence.days(from: firstDay).prefix { $0.day < end }
                .compactMap { settled($0.number, $0.day, after: $0.previous) }
        case .beforeMeetings(let days, let end), .beforeAppointments(let days, let end):
            return occasions(daysBefore: days, until: end)
        case .afterDone, .afterJoining:
            return nil
        }
    }

    /// The due date of a day of the rule, where an exception or a closure does not take it away.
    func settled(
        _ number: Int, _ day: Day, after previous: Day?, _ anchor: HomeworkPlan.Anchor? = nil
    ) -> HomeworkPlan.Occasion? {
        var dueOn = day
        if let change = change(on: day) {
            guard let moved = change.movedTo else { return nil }
            dueOn = moved
        } else if isClosed(on: day) {
            return nil
        }
        let opensOn = min(dueOn, plan.schedule.opensOn(for: dueOn, after: previous))
        return HomeworkPlan.Occasion(
            number: number, plannedOn: day, dueOn: dueOn,
            window: plan.schedule.window(dueOn: dueOn, opensOn: opensOn, notAfter: anchor?.startsAt),
            anchor: anchor?.id)
    }

    func change(on day: Day) -> HomeworkPlan.Change? { circumstances.exceptions.first { $0.days.contains(day) } }

    func isClosed(on day: Day) -> Bool {
        plan.schedule.skipsClosures && circumstances.closures.contains { $0.contains(day) }
    }

    /// From where the rule is looked at: all that is not made yet, or may have to follow a change.
    private var firstDay: Day {
        let unmade = plan.plannedUntil ?? plan.schedule.zone.day(at: plan.assignedAt)
        let ahead = circumstances.pieces.filter { $0.window.dueAt > now }.map(\.plannedOn)
        let moved = circumstances.exceptions.filter { ($0.movedTo ?? .first) >= today }.map(\.days.lowerBound)
        return (ahead + moved + [today, unmade]).reduce(.last, min)
    }

    /// The due dates before meetings or appointments. One that is new gets the next number when somebody is to have it;
    /// it keeps it when it is moved.
    private func occasions(daysBefore days: Int, until end: Schedule.End) -> [HomeworkPlan.Occasion] {
        let known = Dictionary(
            circumstances.pieces.compactMap { piece in piece.anchor.map { ($0, piece.number) } }
        ) { first, _ in first }
        var (highest, count) = (circumstances.numbers.highest, numbersInUse)
        var previous: Day?
        var occasions: [HomeworkPlan.Occasion] = []
        for anchor in circumstances.anchors {
            let day =
                anchor.day.map { $0.adding(days: -days) } ?? plan.schedule.dueOn(daysBefore: days, anchor.startsAt)
            guard day >= plan.schedule.startsOn, day < self.end else { continue }
            defer { previous = day }
            guard var occasion = settled(highest + 1, day, after: previous, anchor) else { continue }
            if let number = known[anchor.id] {
                occasion.number = number
            } else {
                guard end.includes(count + 1, on: day), isNew(occasion), isAnybodyThere(for: occasion)
                else { continue }
                (highest, count) = (highest + 1, count + 1)
            }
            occasions.append(occasion)
        }
        return occasions
    }

    /// How many due dates there are, but for those that go because their meeting or appointment is there no more.
    var numbersInUse: Int {
        let anchors = Set(circumstances.anchors.map(\.id))
        let (going, staying) = circumstances.pieces.reduce(into: (Set<Int>(), Set<Int>())) { numbers, piece in
            let isGoing =
                piece.isUntouched && piece.window.dueAt > now && piece.anchor.map { !anchors.contains($0) } ?? false
            if isGoing { numbers.0.insert(piece.number) } else { numbers.1.insert(piece.number) }
        }
        return circumstances.numbers.count - going.subtracting(staying).count
    }

    private func isAnybodyThere(for occasion: HomeworkPlan.Occasion) -> Bool {
        circumstances.seats.contains { $0.holds(occasion, in: plan.schedule) }
    }
}
