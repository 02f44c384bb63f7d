import Postgres
import TestSupport
import Testing

/// What each rule shows of a row is what the last column of the matrix says in words.
@Suite struct ShowsTests {
    /// The words, and the groups of fields that may stand for them. What says whose rows, not which fields, is `all` or
    /// `own`: whose they are is the relation's matter.
    private static let meanings: [String: [Set<String>]] = {
        var meanings: [String: [Set<String>]] = [
            "name and contact only": [["name", "contact"]],
            "name role and credentials": [["name", "role", "credentials"]],
            "all but the owner role": [["all_but_the_owner_role"]], "own submission": [["none"]],
            "status and screening": [["status", "screening"]], "identity": [["identity"]],
            "identity and contact": [["identity", "contact"]], "own identity and contact": [["identity", "contact"]],
            "name age and safe contact": [["name", "age", "safe_contact"]],
            "own contact and safe-contact preferences": [["contact", "safe_contact"]], "names": [["names"]],
            "who and which scopes": [["names", "scopes"]],
            "members policy and dates": [["members", "policy", "dates"]],
            "that it exists and the partner's name": [["members"]],
            "members policy and what each may see": [["members", "policy", "dates", "visibility"]],
            "dates and care team": [["dates", "care_team"]], "published description": [["published"]],
            "schedule seats and facilitators": [["name", "schedule", "seats", "facilitators"]],
            "name schedule and facilitators": [["name", "schedule", "facilitators"]],
            "meetings and notes about them": [["meetings"]], "time people and place": [["time", "people", "place"]],
            "individual": [["individual"]], "couple": [["couple"]], "group": [["group"]],
            "addendum only": [["addendum"]], "the practice's library": [["library"]],
            "counts without answers": [["counts"]],
            "title due date and whether it is done": [["title", "due", "done"]],
            "what the partner and the rules released": [["title", "due", "done", "answers"]],
            "days of that group": [["days"]],
            "name and the identity of whom client read shows it": [["name"]],
            "own": [["own"], ["all"]], "own signature": [["own"]], "as guardian": [["own"]], "of the minor": [["own"]],
            "of the minor but process notes": [["own"]], "who opened the own record and when": [["own"]],
        ]
        let whose = [
            "all", "of that group", "of that client", "into that group", "to that client", "to that couple",
            "to that group", "of that couple",
            "while a draft", "individual and the client's own part of group notes", "of that client with answers",
            "what that group was assigned with answers", "what that group was assigned", "all but clinical content",
            "client record and progress notes for at most 60 minutes with a reason; never process notes",
        ]
        for words in whose { meanings[words] = [["all"]] }
        return meanings
    }()

    @Test func `each rule shows what the matrix says in words`() async throws {
        try await withWorld { world in
            let shown = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select shows from access.rules where relation not in ('own', 'reviews') and role <> 'worker' order by written
                    """
                ) { Set(try $0.next([String].self)) })
            try #require(shown.count == Matrix.cells.count)
            for (cell, shown) in zip(Matrix.cells, shown) {
                let meanings = Self.meanings[cell.fields] ?? []
                #expect(meanings.contains(shown), "\(cell.testDescription): “\(cell.fields)” is not \(shown.sorted())")
            }
        }
    }

    @Test func `nobody but staff is shown all of anything that is not their own`() async throws {
        try await withWorld { world in
            let shown = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select action || ' ' || role || ' ' || relation from access.rules
                    where role in ('client', 'guardian') and 'all' = any (shows) and relation not in ('self', 'own')
                    """
                ) { try $0.next(String.self) })
            #expect(shown == [])
        }
    }
}
