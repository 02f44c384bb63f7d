import Foundation
import JSON
import Postgres
import Practice
import Testing
import TestSupport

/// What SQL of any kind sees, once a request has entered: everything on the stage is there, and nothing past the scope
/// comes out.
@Suite(.onStage) struct ScopeTests {
    /// The tables with matter of their own, and the resources whose requests may look into them.
    private static let walls: [String: Set<String>] = [
        "progress_notes": ["progress_note"], "note_addenda": ["progress_note"], "notes": ["process_note"],
        "homework_answers": ["homework"], "homework_reviews": ["homework"], "homework_comments": ["homework"],
        "homework_draft_fields": ["homework"], "homework_exceptions": ["homework"], "attachments": ["homework"],
        "attachment_chunks": ["homework"], "risk_records": ["homework"], "risk_assessments": ["homework"],
        "risk_words": ["homework", "practice"], "exercise_tags": ["exercise"],
        "homework_assignments": ["homework", "homework_report"], "client_contacts": ["client", "inquiry"],
        "client_identifiers": ["client"],
        "audit_events": ["audit"], "audit_seals": ["audit"], "sign_ins": ["me", "sign_in"], "inquiries": ["inquiry"],
        "invitations": ["client", "staff", "inquiry", "guardianship"],
        "guardians": ["client", "guardianship", "inquiry"], "guardianships": ["client", "guardianship", "inquiry"],
        "attendance": ["attendance", "roster", "progress_note"], "attendance_history": ["attendance", "roster"],
        "placement_conflicts": ["client"], "calendar_feeds": ["me"],
        "appointments": ["appointment"], "appointment_staff": ["appointment"],
        "supervisions": ["supervision", "staff"], "second_factors": ["me"], "recovery_codes": ["me"],
        "inquiry_states": ["inquiry"], "inquiry_assignments": ["inquiry"],
        "inquiry_screenings": ["inquiry"], "questionnaires": ["inquiry"], "questionnaire_versions": ["inquiry"],
        "inquiry_reasons": ["inquiry", "practice"], "inquiry_limits": ["inquiry", "practice"],
        "staff_licenses": ["staff"],
        "consents": ["consent"], "consent_signatures": ["consent"], "consent_revocations": ["consent"],
        "guardianship_history": ["guardianship"], "tasks": ["client"],
        "outbox": ["inquiry"], "jobs": ["inquiry"],
        "possible_duplicates": ["client", "inquiry"],
        "client_merge_requests": ["client"], "client_merges": ["client"], "client_merge_moves": ["client"],
        "chart_closings": ["client"],
    ]

    @Test(arguments: Matrix.actions)
    func `a request sees rows of its own scene, in the tables of its own matter`(action: String) async throws {
        let stage = try #require(Stage.current)
        let resource = String(action.prefix { $0 != "." })
        let tables = try await stage.tables().filter {
            !["cairn_migrations", "practice_keys", "rate_limits", "idempotency_keys", "known_devices"].contains($0.name)
        }
        let attempts = stage.scenesOfEachTie.flatMap { scene in Thing.targets(of: action).map { (scene, $0) } }
        let complaints = try await stage.complaints(attempts) { scene, thing in
            guard case .allowed(_, let relation, _) = try await stage.enter(scene, action, thing) else { return nil }
            let (_, seen) = try await stage.world.database.server.pipeline(
                stage.world.enter(scene.caller, action, thing?.kind ?? "none", thing.flatMap { scene.things[$0] }),
                stage.counts(tables, scene))
            var complaints: [String] = []
            for row in seen where row.visible > 0 {
                if let wall = Self.walls[row.table], !wall.contains(resource) {
                    complaints.append("sees \(row.table)")
                } else if row.foreign > 0, relation != "any" {
                    complaints.append("sees \(row.foreign) foreign \(row.table)")
                }
            }
            return complaints.isEmpty
                ? nil : "\(scene.name) and \(thing?.rawValue ?? "list"): \(complaints.joined(separator: ", "))"
        }
        #expect(complaints == [])
    }
}

extension Stage {
    /// One scene of each tie, and all of those that tell roles apart. What a scope is in the other roles, `MatrixTests` asks.
    fileprivate var scenesOfEachTie: [Scene] {
        var met: Set<Tie> = []
        return scenes.filter { met.insert($0.tie).inserted || [.none, .treats, .isTiedInEveryWay].contains($0.tie) }
    }

    /// How many rows of each table a request sees, and how many of these have no business in the scene.
    func counts(_ tables: [Table], _ scene: Scene) -> Query<[(table: String, visible: Int, foreign: Int)]> {
        let clients =
            [scene.client, scene.partner, scene.caller].map(\.clientID) + (scene.former.map { [$0.ex.clientID] } ?? [])
        let couples = [scene.couple] + (scene.former.map { [$0.couple] } ?? [])
        let groups = [scene.group, scene.farGroup] + (scene.otherGroup.map { [$0] } ?? [])
        let guardians = [scene.parent.guardianID] + (scene.ownGuardian.map { [$0] } ?? [])
        let inquiries = [Thing.inquiry, .acceptedInquiry].compactMap { scene.things[$0] }
        let selects = tables.map { table -> SQL in
            var foreign: [SQL] = ["false"]
            if ["sign_ins", "idempotency_keys"].contains(table.name) {
                foreign.append("account_id <> \(scene.caller.accountID)")
            } else if table.columns.contains("client_id") {
                foreign.append("client_id <> all(\(clients))")
            }
            if table.columns.contains("couple_id") { foreign.append("couple_id <> all(\(couples))") }
            if table.columns.contains("group_id") { foreign.append("group_id <> all(\(groups))") }
            if table.columns.contains("guardian_id") { foreign.append("guardian_id <> all(\(guardians))") }
            if table.columns.contains("inquiry_id") { foreign.append("inquiry_id <> all(\(inquiries))") }
            if table.columns.contains("appointment_id") {
                let own = Thing.allCases.filter { $0.kind == "appointment" }.compactMap { scene.things[$0] }
                foreign.append("appointment_id <> all(\(own))")
            }
            return """
                select \(table.name), count(*), count(*) filter (where \(.joined(foreign, separator: " or ")))
                from \(table.sql)
                """
        }
        return .rows(.joined(selects, separator: " union all ")) { row in
            (table: try row.next(), visible: try row.next(), foreign: try row.next())
        }
    }
}
