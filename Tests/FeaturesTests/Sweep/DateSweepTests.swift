import Features
import JSON
import Practice
import Testing
import TestSupport

@testable import Postgres

/// Every day and every instant that a body takes: what makes no sense is refused with the range that is meant.
@Suite struct DateSweepTests {
    /// Places that something else binds, and what.
    private static let boundOtherwise = [
        "PUT /v1/meetings/{meetingId}/attendance /marks/*/arrivedAt": "the meeting",
        "PUT /v1/meetings/{meetingId}/attendance /marks/*/leftAt": "the meeting",
        "POST /v1/exercises /fields/*/earliest": "whoever writes the question",
        "POST /v1/exercises /fields/*/latest": "whoever writes the question",
        "POST /v1/exercises /fields/*/columns/*/earliest": "whoever writes the question",
        "POST /v1/exercises /fields/*/columns/*/latest": "whoever writes the question",
        "POST /v1/exercises/{exerciseId}/versions /fields/*/earliest": "whoever writes the question",
        "POST /v1/exercises/{exerciseId}/versions /fields/*/latest": "whoever writes the question",
        "POST /v1/exercises/{exerciseId}/versions /fields/*/columns/*/earliest": "whoever writes the question",
        "POST /v1/exercises/{exerciseId}/versions /fields/*/columns/*/latest": "whoever writes the question",
    ]

    @Test func `each date of a body names its range in the description, or what else binds it`() throws {
        let positions = DatePosition.all(in: try Contract.current())
        #expect(positions.count > 60)
        #expect(positions.filter { !$0.isRanged }.map(\.description).sorted() == Self.boundOtherwise.keys.sorted())
    }

    @Test(arguments: ["0001-01-01", "1899-12-31", "2062-01-01", "9999-12-31"])
    func `a date of another time is refused, wherever it stands, with the range that is meant`(day: String)
        async throws
    {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            for place in DatePosition.all(in: try Contract.current()) where place.isRanged {
                let sent = JSONValue.text(place.isInstant ? "\(day)T12:00:00Z" : day)
                #expect(try await sweep.isRefused(sent, at: place), "\(place)")
            }
        }
    }
}

extension Sweep {
    /// Whether somebody who may send such a body is told the range of a date in it.
    fileprivate func isRefused(_ date: JSONValue, at place: DatePosition) async throws -> Bool {
        guard case .body(let pointer) = place.position.place else { return false }
        for body in try bodies(of: place.position) {
            let json = body.putting(date, at: pointer[...])
            for caller in callers {
                let answer = try await send(json, to: place.position, as: caller)
                let told = answer["errors"].asArray.first {
                    $0["pointer"]?.text == place.position.pointer && $0["code"] == "out_of_range"
                }
                if let detail = told?["detail"]?.text { return detail.hasPrefix("This must lie from ") }
                // Everybody would be told the same of a body.
                if answer.status == 422 { break }
            }
        }
        return false
    }

    /// Bodies that an operation takes, of which some read what stands at a place.
    func bodies(of position: IDPosition) throws -> [JSONValue] {
        let contract = try Contract.current()
        let operation = contract.operations.first { $0.method == position.method && $0.path == position.path }
        let request = operation?.description["requestBody"] ?? .null
        let media = request["content"]?["application/json"] ?? request["content"]?["application/merge-patch+json"]
        var bodies = SweepBodies.templates[position.operationID] ?? []
        if let example = media?["example"] { bodies.append(example) }
        if case .object(let examples)? = media?["examples"] { bodies += examples.compactMap { $0.value["value"] } }
        bodies.append([:])
        // A day on which something is due once, or until which it comes again.
        let schedules: [JSONValue] = [
            ["repeats": "once", "dueTime": "20:00", "timeZone": "America/Phoenix"],
            ["repeats": "daily", "startsOn": "2026-01-05", "dueTime": "20:00", "timeZone": "America/Phoenix"],
        ]
        if case .body(let pointer) = position.place, let names = pointer.firstRange(of: "/otherNames") {
            let place = pointer[..<names.upperBound] + "/*"
            bodies = bodies.map { $0.putting(["kind": "former", "familyName": "Gold"], at: place) }
        }
        if position.pointer.hasPrefix("/schedule") { bodies += schedules.map { ["schedule": $0] } }
        return bodies
    }
}

/// What the tables say of days, whoever writes them.
@Suite struct TimesOfTablesTests {
    /// Columns of days that nobody sends, and what they follow.
    private static let following = [
        "care_team_memberships.empty_on": "the span, of which it is both ends",
        "chart_closings.day": "the day of the death, or today",
        "clients.born_from": "the birth date", "clients.born_until": "the birth date",
        "consents.expires_on": "the signature and its document",
        "couples.empty_on": "the span, of which it is both ends",
        "enrollments.during": "the spans", "enrollments.seat": "the spans", "groups.planned_until": "the worker",
        "guardianship_history.during": "the guardianships", "guardianship_history.empty_on": "its span",
        "guardianships.empty_on": "the span, of which it is both ends", "homework.planned_on": "the worker",
        "homework_assignments.planned_until": "the worker", "meetings.planned_on": "the worker",
        "practices.second_factor_from": "a check of its own, from 2020 on",
        "tasks.due_on": "the day on which they are opened",
    ]

    @Test func `each column of days that people send lies in our time, or follows another`() async throws {
        try await withWorld { (world: World) async throws in
            let unbound = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
                      and not a.attisdropped and a.atttypid in ('date'::regtype, 'daterange'::regtype)
                      and 2 <> (select count(*) from pg_trigger t
                                where t.tgrelid = c.oid and t.tgfoid = 'lies_in_another_time()'::regprocedure
                                  and pg_get_triggerdef(t.oid) ~ ('in_our_time\\([^)]*\\mnew\\.' || a.attname || '\\M'))
                    order by 1
                    """
                ) { try $0.next(String.self) })
            #expect(unbound == Self.following.keys.sorted())
        }
    }

    @Test(
        arguments: [
            (
                "update clients set birth_date = '0001-01-01', version = version + 1",
                "clients_birth_date_plausible"
            ),
            ("update groups set starts_on = '9999-12-31', version = version + 1", "groups_lie_in_our_time"),
            (
                """
                insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
                select practice_id, gen_random_uuid(), group_id, '1062-01-01Z', 90 from groups
                """, "meetings_lie_in_our_time"
            ),
            ("update group_facilitators set during = '[0201-01-01,)'", "group_facilitators_lie_in_our_time"),
            ("update couples set during = '[2025-01-01,9999-01-01)', version = version + 1", "couples_lie_in_our_time"),
            (
                "update guardianships set during = '[2025-01-01,2962-01-01)', version = version + 1",
                "guardianships_lie_in_our_time"
            ),
            (
                "update progress_notes set held_at = '0001-01-01Z', version = version + 1 where state = 'draft'",
                "progress_notes_are_of_our_time"
            ),
            (
                "update enrollment_spans set during = '[0001-01-01,)'", "enrollment_spans_lie_in_our_time"
            ),
            (
                "update inquiries set birth_date = '1899-12-31', version = version + 1",
                "inquiries_birth_date_plausible"
            ),
        ])
    func `no statement writes a day of another time`(statement: String, constraint: String) async throws {
        try await withWorld { (world: World) async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await world.seed(world.mesa) { $0.add(SQL(unsafe: statement)) }
            }
            #expect(error?.refusal?.constraint == constraint, "\(String(describing: error))")
        }
    }

    @Test(
        arguments: [
            ("1899-12-31", "1899-12-31 23:59:59.999999Z", "23514"), ("1900-01-01", "1900-01-01 00:00Z", nil),
            ("2199-12-31", "2199-12-31 23:59:59.999999Z", nil), ("2200-01-01", "2200-01-01 00:00Z", "23514"),
        ] as [(String, String, String?)])
    func `our time begins with one day and one instant, and ends with others`(
        day: String, instant: String, refusal: String?
    ) async throws {
        try await withWorld { (world: World) async throws in
            let mesa = world.mesa
            let refused = await world.refusal(
                in: mesa,
                of: """
                    update group_facilitators set during = daterange(\(day)::text::date, null)
                    where group_id = \(mesa.group)
                    """)
            #expect(refused == refusal)
            let meeting = await world.refusal(
                in: mesa,
                of: """
                    insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
                    values (\(mesa.id), gen_random_uuid(), \(mesa.group), \(instant)::text::timestamptz, 90)
                    """)
            #expect(meeting == refusal)
        }
    }

    /// Rows that were there before anybody judged days: an odd one, a change of the row that leaves the day as it is, one that
    /// ends it, and one that has another odd day.
    struct OldRow: Sendable {
        let table: String
        let odd: String
        let changes: [String]
        let worse: String
    }

    @Test(
        arguments: [
            OldRow(
                table: "groups", odd: "ends_on = '9999-12-31'",
                changes: [
                    "name = name || ' two', version = version + 1", "starts_on = '2025-06-03', version = version + 1",
                ],
                worse: "ends_on = '9998-12-31', version = version + 1"),
            OldRow(
                table: "clients", odd: "birth_date = '9999-01-01'",
                changes: [
                    "language = 'es', version = version + 1", "birth_date = '1988-01-01', version = version + 1",
                ],
                worse: "birth_date = '9998-01-01', version = version + 1"),
            OldRow(
                table: "couples", odd: "during = '[0001-01-01,)'",
                changes: [
                    "version = version + 1", "during = '[0001-01-01,2026-01-05)', version = version + 1",
                    "during = '[2025-01-01,2026-01-05)', version = version + 1",
                ],
                worse: "during = '[0002-01-01,)', version = version + 1"),
            OldRow(
                table: "group_facilitators", odd: "during = '[2025-01-01,9999-01-01)'",
                changes: ["role = role", "during = '[2024-01-01,9999-01-01)'", "during = '[2024-01-01,2026-01-01)'"],
                worse: "during = '[2025-01-01,9998-01-01)'"),
            OldRow(
                table: "progress_notes", odd: "held_at = '0062-01-01Z'", changes: ["version = version + 1"],
                worse: "held_at = '0063-01-01Z', version = version + 1"),
        ])
    func `an old row with an odd day is changed and ended like any other, and given no other odd day`(row: OldRow)
        async throws
    {
        try await withWorld { (world: World) async throws in
            let only = row.table == "progress_notes" ? "state = 'draft'" : "true"
            func update(_ change: String, judged: Bool = true) async throws {
                try await world.seed(world.mesa) { seed in
                    if !judged { seed.add("set local session_replication_role = replica") }
                    seed.add(SQL(unsafe: "update \(row.table) set \(change) where \(only)"))
                }
            }
            try await update(row.odd, judged: false)
            // The members of a couple have its span.
            if row.table == "couples" {
                try await world.seed(world.mesa) { seed in
                    seed.add("set local session_replication_role = replica")
                    seed.add(SQL(unsafe: "update couple_members set \(row.odd)"))
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await update(row.worse) }
            // A birth in the future is refused for being that.
            #expect(["23514", "PC422"].contains(error?.refusal?.sqlState), "\(String(describing: error))")
            for change in row.changes { try await update(change) }
        }
    }
}
