import Postgres
import Practice

/// Who had their seats before the year was played.
struct Seated {
    let adults: [ID<Client>]
    let young: [ID<Client>]
}

/// Days of one member in one group.
struct DemoStay {
    let client: ID<Client>
    let group: Int
    let steps: [DemoYear.Step]
    var transferredFrom: Int?

    func status(on day: Int) -> String? { steps.last { $0.day <= day }?.status }
}

extension DemoScene {
    /// A year of history: who came, waited, had a seat, paused, went on or left; the meetings and who was there; and some
    /// homework. Everything was written down on its day, but for one who vanished, of which the practice learned later.
    mutating func addYear(
        in groups: [ID<Group>], _ seated: Seated, _ team: DemoTeam, desk: ID<Account>, _ library: Library
    ) throws {
        let year = DemoYear.played()
        let people = addNewcomers(year)
        let before = [(seated.adults, DemoGroup.Place.tuesday), (seated.young, DemoGroup.Place.young[0])]
            .flatMap { clients, group in
                clients.map { client in
                    DemoStay(
                        client: client, group: group,
                        steps: [.init(status: "active", day: -45, noted: -45, reason: nil)])
                }
            }
        let stays =
            year.episodes.map { episode in
                DemoStay(
                    client: people[episode.newcomer], group: episode.room, steps: episode.steps,
                    transferredFrom: episode.transferredFrom)
            } + before
        addEnrollments(stays, in: groups, by: desk)
        let meetings = groups.indices.map { addMeetings(of: groups[$0], DemoGroup.all[$0], number: $0) }
        for (number, meetings) in meetings.enumerated() {
            let heads = [
                team.facilitator, team.facilitator, team.leader, team.supervisor, team.facilitator, team.leader,
                team.supervisor, team.facilitator, team.leader,
            ]
            addAttendance(meetings, of: groups[number], number: number, stays, heads[number])
        }
        for (number, title) in [
            (0, "Daily recovery check-in"), (2, "Daily recovery check-in"), (4, "Gratitude and small victories"),
            (7, "Gratitude and small victories"),
        ] {
            let head = number == 2 ? team.leader : team.facilitator
            try addHomework(
                library.exercise(title), of: groups[number], DemoGroup.all[number], Array(meetings[number].suffix(6)),
                stays.filter { $0.group == number }, by: head)
        }
    }

    /// Everybody who comes in the year, with what each has signed the day before.
    private mutating func addNewcomers(_ year: DemoYear) -> [ID<Client>] {
        let adults = DemoPeople.inRecovery.map { ($0, "male") } + DemoPeople.partners.map { ($0, "female") }
        var people: [ID<Client>] = []
        for (name, sex) in adults {
            let since = year.firstDay(of: people.count)
            let client = newcomer(name, sex, age: 24 + DemoPeople.number(people.count, 1, below: 37), since)
            consent("group_confidentiality", of: client, daysAgo: 1 - since)
            people.append(client)
        }
        for (index, (name, parent)) in DemoPeople.young.enumerated() {
            let since = year.firstDay(of: people.count)
            let client = newcomer(name, "male", age: 15 + index % 3, since)
            let signer = guardian(
                parent, Self.address(parent), of: client, scopes: ["attendance", "schedule", "consent"],
                since: 2 - since)
            for kind in ["minor_treatment", "group_confidentiality"] {
                consent(kind, of: client, signedBy: signer, daysAgo: 1 - since)
            }
            consent("safety_agreement", of: client, signedBy: signer, daysAgo: 1 - since, forAYear: true)
            people.append(client)
        }
        return people
    }

    private mutating func newcomer(_ name: String, _ sex: String, age: Int, _ since: Int) -> ID<Client> {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        return client(
            words[0], words.last ?? name, ageInYears: age, sex: sex, address: Self.address(name), since: since - 2,
            isEasyToReach: DemoPeople.number(since, age, below: 4) > 0)
    }

    private static func address(_ name: String) -> String {
        name.lowercased().split(separator: " ").joined(separator: ".").filter { $0 != "'" }
    }

    /// Enrollments and their spans: with each step what was believed of the one before gets an end, from then on.
    private mutating func addEnrollments(_ stays: [DemoStay], in groups: [ID<Group>], by desk: ID<Account>) {
        let ids = stays.map { _ in id(Enrollment.self) }
        add(
            """
            insert into enrollments
                (practice_id, enrollment_id, group_id, client_id, recorded_at, transferred_from, waiting_since,
                 offer_expires_at)
            select \(practiceID), * from unnest(
                \(ids), \(stays.map { groups[$0.group] }), \(stays.map(\.client)),
                \(stays.map { at(day: $0.steps[0].noted) }), \(stays.map { $0.transferredFrom.map { ids[$0] } }),
                \(stays.map { stay in waiting(stay) }), \(stays.map { stay in offerEnd(stay) }))
            """)
        var spans = Spans()
        for (stay, enrollment) in zip(stays, ids) { spans.add(stay, enrollment, groups[stay.group], self) }
        add(
            """
            insert into enrollment_spans
                (practice_id, span_id, enrollment_id, group_id, client_id, status, during, reason, recorded, recorded_by)
            select \(practiceID), uuid_v7(s.noted), s.enrollment, s.in_group, s.client, s.status,
                daterange(s.since, s.until), s.reason, tstzrange(s.noted, s.forgotten), \(desk)
            from unnest(\(spans.enrollments), \(spans.groups), \(spans.clients), \(spans.statuses), \(spans.since),
                        \(spans.until), \(spans.reasons), \(spans.noted), \(spans.forgotten))
                as s (enrollment, in_group, client, status, since, until, reason, noted, forgotten)
            """)
    }

    private func waiting(_ stay: DemoStay) -> Instant? {
        stay.steps.first.flatMap { $0.status == "waitlisted" ? at(day: $0.noted) : nil }
    }

    private func offerEnd(_ stay: DemoStay) -> Instant? {
        guard let last = stay.steps.last, last.status == "offered" else { return nil }
        return zone.instant(on: today.adding(days: last.day + DemoYear.offerDays), at: .midnight)
    }
}

extension DemoYear {
    func firstDay(of newcomer: Int) -> Int {
        episodes.first { $0.newcomer == newcomer }?.steps.first?.day ?? Self.firstDay
    }
}

/// The rows of enrollment_spans, a column each.
private struct Spans {
    var enrollments: [ID<Enrollment>] = []
    var groups: [ID<Group>] = []
    var clients: [ID<Client>] = []
    var statuses: [String] = []
    var since: [Day] = []
    var until: [Day?] = []
    var reasons: [String?] = []
    var noted: [Instant] = []
    var forgotten: [Instant?] = []

    mutating func add(_ stay: DemoStay, _ enrollment: ID<Enrollment>, _ group: ID<Group>, _ scene: DemoScene) {
        for (index, step) in stay.steps.enumerated() {
            let noted = scene.at(day: step.noted, minute: index)
            let next = index + 1 < stay.steps.count ? stay.steps[index + 1] : nil
            let revised = next.map { scene.at(day: $0.noted, minute: index + 1) }
            add(stay, enrollment, group, step, scene, nil, noted, revised)
            if let next, let revised, next.day > step.day {
                add(stay, enrollment, group, step, scene, next.day, revised, nil)
            }
        }
    }

    private mutating func add(
        _ stay: DemoStay, _ enrollment: ID<Enrollment>, _ group: ID<Group>, _ step: DemoYear.Step, _ scene: DemoScene,
        _ end: Int?, _ noted: Instant, _ forgotten: Instant?
    ) {
        enrollments.append(enrollment)
        groups.append(group)
        clients.append(stay.client)
        statuses.append(step.status)
        since.append(scene.day(-step.day))
        until.append(end.map { scene.day(-$0) })
        reasons.append(step.reason)
        self.noted.append(noted)
        self.forgotten.append(forgotten)
    }
}
