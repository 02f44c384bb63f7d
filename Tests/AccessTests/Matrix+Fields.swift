import JSON

extension Matrix.Cell {
    /// The groups of fields that the rule of this cell shows; nil for words that nobody has given a meaning.
    var shown: Set<String>? {
        // Of one's own homework and of one's own process notes one sees everything that there is of them.
        if fields == "own", ["homework", "process_note"].contains(resource) { return ["all"] }
        return Self.meanings[fields]
    }

    /// The words, and the groups of fields that stand for them. What says whose rows, not which fields, is `all`: whose they
    /// are is the relation's matter.
    private static let meanings: [String: Set<String>] = {
        var meanings: [String: Set<String>] = [
            "name and contact only": ["name", "contact"],
            "name role and credentials": ["name", "role", "credentials"],
            "all but the owner role": ["all_but_the_owner_role"], "own submission": ["none"],
            "status and screening": ["status", "screening"], "identity": ["identity"],
            "identity and contact": ["identity", "contact"], "own identity and contact": ["identity", "contact"],
            "name age and safe contact": ["name", "age", "safe_contact"],
            "own contact and safe-contact preferences": ["contact", "safe_contact"], "names": ["names"],
            "who and which scopes": ["names", "scopes"],
            "members policy and dates": ["members", "policy", "dates"],
            "that it exists and the partner's name": ["members"],
            "members policy and what each may see": ["members", "policy", "dates", "visibility"],
            "dates and care team": ["dates", "care_team"], "published description": ["published"],
            "schedule seats and facilitators": ["name", "schedule", "seats", "facilitators"],
            "name schedule and facilitators": ["name", "schedule", "facilitators"],
            "meetings and notes about them": ["meetings"], "time people and place": ["time", "people", "place"],
            "individual": ["individual"], "couple": ["couple"], "group": ["group"],
            "addendum only": ["addendum"], "the practice's library": ["library"],
            "counts without answers": ["counts"],
            "title due date and whether it is done": ["title", "due", "done"],
            "what the partner and the rules released": ["title", "due", "done", "answers"],
            "days of that group": ["days"],
            "name and the identity of whom client read shows it": ["name"],
            "own": ["own"], "own signature": ["own"], "as guardian": ["own"], "of the minor": ["own"],
            "of the minor but process notes": ["own"], "who opened the own record and when": ["own"],
        ]
        let whose = [
            "all", "of that group", "of that client", "into that group", "to that client", "to that couple",
            "to that group", "of that couple",
            "while a draft", "individual and the client's own part of group notes", "of that client with answers",
            "what that group was assigned with answers", "what that group was assigned", "all but clinical content",
            "client record and progress notes for at most 60 minutes with a reason; never process notes",
        ]
        for words in whose { meanings[words] = ["all"] }
        return meanings
    }()
}
