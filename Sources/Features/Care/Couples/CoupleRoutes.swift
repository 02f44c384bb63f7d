import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Two clients treated together for a dated span, beside their two charts.
struct CoupleRoutes: RouteGroup {
    var routes: [Route] {
        [
            .post("/v1/couples", "couple.create", of: .practice, create),
            .get("/v1/couples/{coupleId}", "couple.read", of: .couple("coupleId"), read),
            .patch("/v1/couples/{coupleId}", "couple.change", of: .couple("coupleId"), change),
            .put("/v1/couples/{coupleId}/ending", "couple.change", of: .couple("coupleId"), end),
            .get("/v1/clients/{clientId}/couples", "couple.read", of: .client("clientId"), list),
        ]
    }

    /// A counselor who makes a couple of two own clients treats it from then on.
    private func create(_ call: Call) async throws -> Answer {
        let new = try call.body(Couple.New.init)
        let id: ID<Couple> = call.newID()
        var faults = CareTeamMembership.faults(staff: "/counselorIds")
        faults["couple_members_one_couple_at_a_time"] = FieldFault(
            "/clientIds", "already_in_a_couple", "One of them is in another couple in that time.")
        try await call.transaction(faults: faults) { transaction, principal in
            guard try await transaction.pipeline(Couple.areSeen(new.clientIDs, in: call.practiceID)) else {
                throw Problem.invalid([FieldFault("/clientIds", "no_such_client", "You do not see such clients.")])
            }
            let inserts = Couple.insert(
                id, of: new.clientIDs, new.confidentiality, from: new.from, in: call.practiceID, at: call.now)
            let own = principal.relation == "any" ? [] : [principal.accountID]
            let memberships = Set(new.counselorIDs ?? own).union(own).sorted().map {
                CareTeamMembership.begin(
                    call.newID(), couple: id, $0, from: new.from, in: call.practiceID, at: call.now)
            }
            for query in inserts + memberships { _ = try await transaction.pipeline(query) }
        }
        let couple = CoupleAnswer(id: id, version: 1)
        return .created(at: "/v1/couples/\(id)", etag: couple.version, couple)
    }

    private func read(_ call: Call) async throws -> Answer {
        let couple = try await call.run(Couple.View.one(call.id("coupleId"), in: call.practiceID))
        return .json(etag: couple.version, couple)
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Couple.Change.init)
        let id: ID<Couple> = call.id("coupleId")
        return try await answer(
            call, id, at: "/from", after: Couple.update(change, id, seen: seen, in: call.practiceID))
    }

    /// To repeat it is harmless; another day corrects the one that was said, and that is for who has read it.
    private func end(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatchIfPresent()
        let endedOn = try call.body { $0.optional("endedOn", .day(.past)) }
        let id: ID<Couple> = call.id("coupleId")
        return try await answer(call, id, at: "/endedOn", after: Couple.end(id, on: endedOn, seen: seen))
    }

    private func list(_ call: Call) async throws -> Answer {
        let couples = try await call.run(Couple.View.all(of: call.id("clientId"), in: call.practiceID))
        return .list(couples)
    }

    private func answer(
        _ call: Call, _ id: ID<Couple>, at pointer: String, after queries: [Query<Int>]
    ) async throws -> Answer {
        let faults = [
            "after_until": FieldFault("/from", "after_until", "A couple begins before the day it ends, or on it."),
            "couple_members_one_couple_at_a_time": FieldFault(
                pointer, "already_in_a_couple", "One of them is in another couple in that time."),
            "ends_before_it_begins": FieldFault(pointer, "before_from", "This must lie from {} to today."),
            "ends_before_it_is_to_begin": FieldFault(
                pointer, "before_from", "The couple is to begin on {}: end it without a day, and it never began."),
            "ends_after_a_death": FieldFault(
                pointer, "after_death", "A couple ends with a death at the latest: correct the day of the death."),
        ]
        let reading = try call.reading("couple.read", of: .couple("coupleId"))
        let (results, slot) = try await call.run(faults: faults) { batch in
            for query in queries { _ = batch.append(query) }
            _ = batch.append(reading)
            return batch.append(Couple.View.one(id, in: call.practiceID))
        }
        let couple = try results[slot]
        return .json(etag: couple.version, couple)
    }
}

/// What is told of a couple that was made: who made it may not be one who sees more.
private struct CoupleAnswer: JSONWritable {
    let id: ID<Couple>
    let version: Int

    func write(to json: inout JSONWriter) {
        json.object { $0.member("id", id) }
    }
}

extension Couple.View: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.array("members", partners)
            json.member("confidentiality", ifPresent: confidentiality?.rawValue)
            if let span {
                json.member("from", span.from)
                json.member("until", span.until)
            }
            if showsVisibility, let confidentiality {
                json.array("visibility", Couple.Visibility.allCases.map { VisibilityLine($0, confidentiality) })
            }
        }
    }
}

extension Couple.Partner: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", clientID)
            json.member("name", name)
        }
    }
}

private struct VisibilityLine: JSONWritable {
    private let what: Couple.Visibility
    private let confidentiality: Couple.Confidentiality

    init(_ what: Couple.Visibility, _ confidentiality: Couple.Confidentiality) {
        (self.what, self.confidentiality) = (what, confidentiality)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("what", what.rawValue)
            json.member("rule", what.rule(confidentiality))
        }
    }
}
