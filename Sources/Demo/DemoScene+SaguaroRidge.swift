import Practice

extension DemoScene {
    /// The model practice: every role, both programs, a couple, a minor with a guardian, exercises and homework.
    mutating func addSaguaroRidge() throws {
        let (desk, team) = addStaff()
        let (counselor, intern) = (team.counselor, team.intern)
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
        let hales = couple(marcus, dana)
        careTeam(couple: hales, counselor)
        let renee = guardian(
            "Renee Park", "renee", of: theo, scopes: ["attendance", "schedule", "homework", "consent"])
        for partner in [marcus, dana] { consent("couple_confidentiality", of: partner) }
        for member in [marcus] + others { consent("group_confidentiality", of: member) }
        for kind in ["minor_treatment", "group_confidentiality"] { consent(kind, of: theo, signedBy: renee) }
        consent("safety_agreement", of: theo, signedBy: renee, forAYear: true)

        let library = library
        try addHomework(library, marcus: marcus, dana: dana, theo: theo, counselor, intern)
        try addDailyCheckIns(library.exercise("Daily recovery check-in"), of: marcus, by: counselor)
        try addFANOS(library.exercise("FANOS check-in"), of: hales, [marcus, dana], by: counselor)
        let (programs, groups) = addGroups(team)
        inquiry(from: "Elena Ruiz", "adult", hoursAgo: 30, born: day(36 * 365), asking: programs.sabr)
        inquiry(from: "Paul Becker", "minor", hoursAgo: 3, born: day(15 * 366), asking: programs.valor)
        try addYear(
            in: groups, Seated(adults: [marcus] + others, young: [theo]), team, desk: desk, library)
    }

    private mutating func addStaff() -> (desk: ID<Account>, team: DemoTeam) {
        _ = staff("Ruth Begay", "owner", [.owner, .admin])
        let desk = staff("Iris Vega", "intake", [.intake])
        _ = staff("Ada Lindqvist", "auditor", [.auditor])
        let counselor = staff("Caleb Stone", "counselor", [.counselor], credentials: "LPC")
        _ = staff("Nadia Haddad", "newcomer", [.counselor], credentials: "LAC")
        let facilitator = staff("Frances Moore", "facilitator", [.counselor], credentials: "LMFT")
        let supervisor = staff("Samuel Ortiz", "supervisor", [.supervisor], credentials: "LCSW")
        let intern = staff("Ivy Chen", "intern", [.intern])
        let leader = staff("Tomas Rivera", "leader", [.counselor], credentials: "LPC")
        for (index, professional) in [counselor, facilitator, supervisor].enumerated() {
            license(professional, "AZ-\(1_000 + index)", atMost: 20)
        }
        supervision(of: counselor, by: supervisor)
        supervision(of: intern, by: supervisor)
        let team = DemoTeam(
            facilitator: facilitator, leader: leader, supervisor: supervisor, intern: intern, counselor: counselor)
        return (desk, team)
    }

    private mutating func addHomework(
        _ library: Library, marcus: ID<Client>, dana: ID<Client>, theo: ID<Client>, _ counselor: ID<Account>,
        _ intern: ID<Account>
    ) throws {
        try homework(library.exercise("Boundaries"), for: marcus, by: counselor, dueInDays: 6)
        try homework(library.exercise("Daily recovery check-in"), for: theo, by: counselor, dueInDays: 3)
        try homework(library.exercise("Gratitude and small victories"), for: dana, by: intern, dueInDays: 4)
    }
}

/// Who leads the groups of the demo practice.
struct DemoTeam {
    let facilitator: ID<Account>
    let leader: ID<Account>
    let supervisor: ID<Account>
    let intern: ID<Account>
    let counselor: ID<Account>
}

extension DemoScene {
    /// Both programs, their groups in the order of ``DemoGroup/all``, who leads them, and when the practice is closed.
    fileprivate mutating func addGroups(
        _ team: DemoTeam
    ) -> (programs: (sabr: ID<Program>, valor: ID<Program>), groups: [ID<Group>]) {
        let (sabr, phases) = program(.sabr)
        let (valor, _) = program(.valor)
        let places: [ID<Phase>?] = [phases[0], phases[0]] + phases[1...].map { $0 } + [nil, nil]
        let groups = zip(DemoGroup.all, places).map { plan, phase in
            group(plan, in: phase == nil ? valor : sabr, phase: phase)
        }
        for (group, head) in zip(
            groups,
            [
                team.facilitator, team.facilitator, team.leader, team.supervisor, team.facilitator, team.leader,
                team.supervisor, team.facilitator, team.leader,
            ])
        { lead(group, head) }
        lead(groups[4], team.intern, as: "co_facilitator", since: 180)
        lead(groups[8], team.intern, as: "co_facilitator", since: 250, until: 40)
        lead(groups[0], team.counselor, as: "substitute", since: 37, until: 23)
        for yearsAhead in 0...1 {
            closure("Independence Day", holiday(month: 7, days: 3...5, yearsAhead))
            closure("Thanksgiving", holiday(month: 11, days: 24...28, yearsAhead))
            closure("The end of the year", holiday(month: 12, days: 24...31, yearsAhead))
        }
        return ((sabr, valor), groups)
    }

    /// These days of a month: the last that began before today, or those so many years after them.
    private func holiday(month: Int, days: ClosedRange<Int>, _ yearsAhead: Int) -> ClosedRange<Day> {
        let year = today.components.year
        let thisYear = Day(year: year, month: month, day: days.lowerBound) ?? today
        let first = Day(year: (thisYear < today ? year : year - 1) + yearsAhead, month: month, day: days.lowerBound)
        return (first ?? today)...(first ?? today).adding(days: days.count - 1)
    }
}
