import JSON
import Practice

/// What a request brings to the reading of its body or query, and what is found there that JSON knows nothing of.
struct Asked: Sendable {
    /// When it was sent: seen from then, some days make no sense. Nil of what was kept, which is not judged again.
    var now: Instant?
    /// Opens the cursor of a search by POST.
    var cursors: CursorBinding?
    var cursorFault: Problem?
    /// The ids that the document names, for the database to judge.
    var references: [Reference] = []
    /// The days of the document that must have come where the practice is, for the database to judge.
    var days: [NamedDay] = []
}

extension FaultSink {
    /// Of what was kept nothing is asked.
    var asked: Asked {
        get { context as? Asked ?? Asked() }
        set { context = newValue }
    }

    mutating func refer(to id: ID<Void>, of kind: ReferenceKind) {
        guard !isMuted else { return }
        asked.references.append(Reference(kind: kind, id: id, pointer: path.pointer))
    }

    mutating func noteDay(_ day: Day, _ range: String) {
        guard !isMuted else { return }
        asked.days.append(NamedDay(day: day, fault: FieldFault(path.pointer, "out_of_range", range)))
    }
}
