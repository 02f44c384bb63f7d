import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// Making one chart of two that are one person's, and two of it again.
struct MergeRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/clients/{clientId}/merges", "client.merge", of: .client("clientId"), list),
            .post("/v1/clients/{clientId}/merges", "client.merge", of: .client("clientId"), merge),
            .get("/v1/merge-requests", "client.read", of: .practice, requests),
            .put(
                "/v1/clients/{clientId}/merges/{mergeId}/confirmation", "client.change", of: .client("clientId"),
                confirm),
            .put("/v1/clients/{clientId}/merges/{mergeId}/reversal", "client.merge", of: .client("clientId"), reverse),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let merges = try await call.run(ClientMerge.Record.list(into: call.id("clientId"), page, in: call.practiceID))
        return call.page(page, merges) { PageKey($0.mergedAt, $0.id) }
    }

    private func merge(_ call: Call) async throws -> Answer {
        let duplicate: ID<Client> = try call.body { $0.required("duplicateId", .id()) }
        let (survivor, id): (ID<Client>, ID<ClientMerge>) = (call.id("clientId"), call.newID())
        do throws(Problem) {
            let (_, merges, requests) = try await call.run(
                ClientMerge.merge(duplicate, into: survivor, as: id, at: call.now),
                ClientMerge.Record.made(id, into: survivor, in: call.practiceID),
                ClientMerge.Request.asked(id, in: call.practiceID),
                faults: ClientMerge.faults)
            if let merge = merges.first { return .json(.created, merge) }
            guard let request = requests.first else { throw Problem.unexpected }
            return .json(.accepted, request)
        } catch let problem where problem.code == "merge_is_blocked" {
            throw problem.naming(try await call.run(ClientMerge.obstacles(duplicate, survivor)))
        } catch {
            throw error.explainingMerge
        }
    }

    private func requests(_ call: Call) async throws -> Answer {
        let page = try call.query { $0.page() }
        let requests = try await call.run(ClientMerge.Request.list(page, in: call.practiceID, at: call.now))
        return call.page(page, requests) { PageKey($0.askedAt, $0.id) }
    }

    private func confirm(_ call: Call) async throws -> Answer {
        let (survivor, id): (ID<Client>, ID<ClientMerge>) = (call.id("clientId"), call.id("mergeId"))
        do throws(Problem) {
            let mergedAt = try await call.run(
                ClientMerge.confirm(id, into: survivor, audit: call.newProvenRequest(), at: call.now))
            return .json { json in
                json.member("id", id)
                json.member("mergedAt", mergedAt)
            }
        } catch let problem where problem.code == "merge_is_blocked" {
            throw problem.naming(try await call.run(ClientMerge.obstacles(of: id, in: call.practiceID)))
        } catch {
            throw error.explainingMerge
        }
    }

    private func reverse(_ call: Call) async throws -> Answer {
        let (survivor, id): (ID<Client>, ID<ClientMerge>) = (call.id("clientId"), call.id("mergeId"))
        do throws(Problem) {
            let (_, merge) = try await call.run(
                ClientMerge.reverse(id, into: survivor, at: call.now),
                ClientMerge.Record.one(id, into: survivor, in: call.practiceID))
            return .json(.ok, merge)
        } catch let problem where problem.code == "merged_since" {
            throw Problem.conflict(
                problem.code, "Another chart was merged into this one since. Reverse that one first.")
        } catch let problem where problem.code == "group_full" {
            throw Problem.conflict(
                problem.code,
                "The second chart had a seat that somebody else has now. Give that group more seats, or end one of them, "
                    + "and reverse the merge then.")
        }
    }
}

extension Problem {
    /// With what a refusal of a merge means, and the way that is open.
    fileprivate var explainingMerge: Problem {
        guard status == .conflict, let detail = ClientMerge.refusals[code] else { return self }
        return .conflict(code, detail)
    }

    fileprivate func naming(_ obstacles: [ClientMerge.Obstacle]) -> Problem {
        var problem = self
        problem.detail = "These two charts cannot be made one while this stands in the way."
        problem.errors = obstacles.map { FieldFault("/duplicateId", $0.rawValue, $0.detail) }
        return problem
    }
}
