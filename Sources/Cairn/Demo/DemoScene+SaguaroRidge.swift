import Practice

extension DemoScene {
    /// The model practice: every role, both programs, a couple, a minor with a guardian, exercises and homework.
    mutating func addSaguaroRidge() throws {
        _ = staff("Ruth Begay", "owner", [.owner, .admin])
        _ = staff("Iris Vega", "intake", [.intake])
        _ = staff("Ada Lindqvist", "auditor", [.auditor])
        let counselor = staff("Caleb Stone", "counselor", [.counselor], credentials: "LPC")
        _ = staff("Nadia Haddad", "newcomer", [.counselor], credentials: "LAC")
        let facilitator = staff("Frances Moore", "facilitator", [.counselor], credentials: "LMFT")
        let supervisor = staff("Samuel Ortiz", "supervisor", [.supervisor], credentials: "LCSW")
        let intern = staff("Ivy Chen", "intern", [.intern])
        supervision(of: counselor, by: supervisor)
        supervision(of: intern, by: supervisor)

        let marcus = client("Marcus", "Hale", ageInYears: 41, sex: "male")
        let dana = client("Dana", "Hale", ageInYears: 39, sex: "female")
        let theo = client("Theo", "Park", ageInYears: 16, sex: "male")
        let others = [
            client("Grant", "Whitaker", ageInYears: 52, sex: "male"),
            client("Luis", "Romero", ageInYears: 34, sex: "male"),
            client("Peter", "Novak", ageInYears: 28, sex: "male"),
        ]
        careTeam(client: marcus, counselor)
        careTeam(client: theo, counselor)
        careTeam(client: dana, intern)
        careTeam(couple: couple(marcus, dana), counselor)
        guardian("Renee Park", "renee", of: theo, scopes: ["attendance", "schedule", "homework", "consent"])

        let exercises = try addLibrary()
        homework(exercises.checkIn, for: marcus, by: counselor, dueInDays: 2)
        homework(exercises.boundaries, for: marcus, by: counselor, dueInDays: 6)
        homework(exercises.checkIn, for: theo, by: counselor, dueInDays: 3)
        homework(exercises.victories, for: dana, by: intern, dueInDays: 4)
        addPrograms(sabr: [marcus] + others, valor: [theo], facilitator)
    }

    private mutating func addPrograms(sabr: [ID<Client>], valor: [ID<Client>], _ facilitator: ID<Account>) {
        let adults = program(
            "SABR", "Three phases for adults: Education, Application and Integration.", ages: 18...120)
        let young = program("Valor Groups", "Groups for young men, with a safety agreement.", ages: 14...18)
        let tuesday = group(
            "Tuesday 18:00, Mesa", in: adults, phase: "Education", track: "Recovery", weekday: 2, at: "18:00",
            ledBy: facilitator)
        _ = group(
            "Thursday 18:00, Mesa", in: adults, phase: "Education", track: "Partners", weekday: 4, at: "18:00",
            ledBy: facilitator)
        let wednesday = group(
            "Wednesday 17:00, Mesa", in: young, phase: nil, track: nil, weekday: 3, at: "17:00", ledBy: facilitator)
        for client in sabr { enrollment(of: client, in: tuesday) }
        for client in valor { enrollment(of: client, in: wednesday) }
        meeting(of: tuesday, daysAgo: 14, attendedBy: sabr, facilitator)
        meeting(of: tuesday, daysAgo: 7, attendedBy: Array(sabr.dropLast()), facilitator)
    }

    private typealias LibraryExercise = (version: ID<ExerciseVersion>, title: String)

    private mutating func addLibrary() throws -> (
        checkIn: LibraryExercise, boundaries: LibraryExercise, victories: LibraryExercise
    ) {
        let checkIn = try exercise(
            "Daily check-in", minutes: 10,
            "A few honest minutes with yourself. A hard day is a day to write down, not a reset of anything.",
            [
                ["key": "feelings", "label": "What do you feel?", "type": "shortText", "required": true],
                ["key": "mood", "label": "How are you today?", "type": "scale", "minimum": 1, "maximum": 10],
                ["key": "reached_out", "label": "Did you reach out to somebody?", "type": "yesNo"],
                ["key": "gratitude", "label": "What are you grateful for?", "type": "longText"],
            ])
        let boundaries = try exercise(
            "Boundaries", minutes: 20, "A boundary says what you will do to stay safe, not what the other must do.",
            [
                ["key": "boundary", "label": "Which boundary do you need?", "type": "longText", "required": true],
                ["key": "kept_by", "label": "What will you do to keep it?", "type": "longText", "required": true],
            ])
        let victories = try exercise(
            "Small victories", minutes: 5, "What went well this week, however small?",
            [["key": "victories", "label": "What went well?", "type": "longText", "required": true]])
        _ = try exercise(
            "FANOS, together", minutes: 20,
            "One speaks, the other listens without comment. Then you change places.",
            [
                ["key": "feelings", "label": "Feelings: what do you feel?", "type": "longText", "required": true],
                ["key": "affirmation", "label": "Affirmation: what do you value in the other?", "type": "longText"],
                ["key": "needs", "label": "Needs: what do you need?", "type": "longText"],
                ["key": "ownership", "label": "Ownership: what do you take responsibility for?", "type": "longText"],
                ["key": "struggles", "label": "Struggles: what is hard at the moment?", "type": "longText"],
            ])
        return (checkIn, boundaries, victories)
    }
}
