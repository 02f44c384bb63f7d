import Practice

/// What a plan and its circumstances come to at an instant: computed without a database.
///
/// A number is a due date's own for good, so a piece is made once for each client and number, whatever is skipped, moved
/// or gone through again. What is due before the day up to which everything was made, and past, is made for nobody any
/// more: who joins late gets what is still ahead. What lies beyond that day is made even when the worker comes too late.
struct HomeworkOutlook: Sendable {
    let plan: HomeworkPlan
    let circumstances: HomeworkPlan.Circumstances
    let now: Instant
    let today: Day
    /// The day after the last that is looked at. It never goes back, even where the clock does.
    let end: Day

    init(_ plan: HomeworkPlan, _ circumstances: HomeworkPlan.Circumstances, at now: Instant) {
        self.plan = plan
        self.circumstances = circumstances
        self.now = now
        (today, end) = Self.days(of: plan, at: now)
    }

    /// Today in the plan's zone, and the day after the last that is looked at.
    static func days(of plan: HomeworkPlan, at now: Instant) -> (today: Day, end: Day) {
        let today = plan.schedule.zone.day(at: now)
        let end = max(today.adding(days: HomeworkPlan.daysAhead), plan.plannedUntil ?? today)
        if case .once(let day) = plan.schedule.timing { return (today, max(end, day.adding(days: 1))) }
        return (today, end)
    }

    /// What is to be done.
    func steps() -> HomeworkPlan.Steps {
        var steps = HomeworkPlan.Steps(plannedUntil: end)
        let common = commonOccasions()
        let pieces = Dictionary(grouping: circumstances.pieces, by: \.client)
        let seats = Dictionary(grouping: circumstances.seats, by: \.client)
        for client in Set(pieces.keys).union(seats.keys).sorted(by: { "\($0)" < "\($1)" }) {
            let theirs = Participant(
                pieces: pieces[client] ?? [], seats: seats[client] ?? [], schedule: plan.schedule)
            let occasions = plan.hasEnded ? [] : common ?? ownOccasions(of: theirs)
            add(occasions, for: client, theirs, to: &steps)
        }
        steps.nextLook = nextLook()
        return steps
    }

    /// A client's part of a plan.
    struct Participant {
        var pieces: [HomeworkPlan.Piece]
        var seats: [HomeworkPlan.Seat]
        var schedule: Schedule

        func isThere(for occasion: HomeworkPlan.Occasion) -> Bool {
            seats.contains { $0.holds(occasion, in: schedule) }
        }

        /// The last number that the client gets.
        var lastNumber: Int { pieces.filter(\.stops).map(\.number).min() ?? .max }
    }

    private func add(
        _ occasions: [HomeworkPlan.Occasion], for client: ID<Client>, _ theirs: Participant,
        to steps: inout HomeworkPlan.Steps
    ) {
        var missing = Dictionary(occasions.map { ($0.number, $0) }) { first, _ in first }
        for piece in theirs.pieces {
            let occasion = missing.removeValue(forKey: piece.number)
            guard piece.isUntouched, piece.window.dueAt > now else { continue }
            let isTheirs = occasion.map { theirs.isThere(for: $0) && $0.number <= theirs.lastNumber } ?? false
            if let occasion, isTheirs {
                if differs(piece, from: occasion) { steps.follow.append((piece.id, occasion)) }
            } else if piece.window.opensAt > now || (occasion == nil && !plan.hasEnded)
                || piece.number > theirs.lastNumber
            {
                // Who leaves keeps what is open; what is due no more goes even then.
                steps.remove.append(piece.id)
            }
        }
        for occasion in occasions where missing[occasion.number] != nil {
            if isNew(occasion), occasion.number <= theirs.lastNumber, theirs.isThere(for: occasion) {
                steps.make.append((client, occasion))
            }
        }
    }

    /// Whether it is not made already as far as anybody is to have it.
    func isNew(_ occasion: HomeworkPlan.Occasion) -> Bool {
        if case .once = plan.schedule.timing, plan.plannedUntil == nil { return true }
        let unmade = plan.plannedUntil ?? plan.schedule.zone.day(at: plan.assignedAt)
        let dueAt = occasion.window.dueAt
        return dueAt > plan.assignedAt && (dueAt > now || occasion.plannedOn >= unmade)
    }

    private func differs(_ piece: HomeworkPlan.Piece, from occasion: HomeworkPlan.Occasion) -> Bool {
        let (old, new) = (piece.window, occasion.window)
        let opensOtherwise = old.opensAt != new.opensAt && max(old.opensAt, new.opensAt) > now
        return opensOtherwise || piece.plannedOn != occasion.plannedOn || old.dueAt != new.dueAt
            || old.lateAt != new.lateAt || old.closesAt != new.closesAt
    }
}
