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
        for (index, professional) in [counselor, facilitator, supervisor].enumerated() {
            license(professional, "AZ-\(1_000 + index)", atMost: 20)
        }
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
        let renee = guardian(
            "Renee Park", "renee", of: theo, scopes: ["attendance", "schedule", "homework", "consent"])
        for partner in [marcus, dana] { consent("couple_confidentiality", of: partner) }
        for member in [marcus] + others { consent("group_confidentiality", of: member) }
        for kind in ["minor_treatment", "group_confidentiality"] { consent(kind, of: theo, signedBy: renee) }

        let library = try library()
        try homework(library.exercise("Daily recovery check-in"), for: marcus, by: counselor, dueInDays: 2)
        try homework(library.exercise("Boundaries"), for: marcus, by: counselor, dueInDays: 6)
        try homework(library.exercise("Daily recovery check-in"), for: theo, by: counselor, dueInDays: 3)
        try homework(library.exercise("Gratitude and small victories"), for: dana, by: intern, dueInDays: 4)
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
        inquiry(from: "Elena Ruiz", "adult", hoursAgo: 30, born: day(36 * 365), asking: adults)
        inquiry(from: "Paul Becker", "minor", hoursAgo: 3, born: day(15 * 366), asking: young)
        for client in sabr { enrollment(of: client, in: tuesday) }
        for client in valor { enrollment(of: client, in: wednesday) }
        meeting(of: tuesday, daysAgo: 14, attendedBy: sabr, facilitator)
        meeting(of: tuesday, daysAgo: 7, attendedBy: Array(sabr.dropLast()), facilitator)
    }
}
