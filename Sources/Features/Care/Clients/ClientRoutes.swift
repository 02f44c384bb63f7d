import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// The people in care.
struct ClientRoutes: RouteGroup {
    private let searches: Bucket

    init(_ settings: FeatureSettings) {
        searches = .searches(settings.limits)
    }

    var routes: [Route] {
        [
            .get("/v1/clients", "client.read", of: .practice, list),
            .post("/v1/clients", "client.create", of: .practice, create),
            .post("/v1/clients/search", "client.search", of: .practice, search),
            .get("/v1/clients/{clientId}", "client.read", of: .client("clientId"), read),
            .patch("/v1/clients/{clientId}", "client.change", of: .client("clientId"), change),
            .post(
                "/v1/clients/{clientId}/invitation", "client.change", of: .client("clientId"), secrets: ["/token"],
                invite),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Client.ListFilter.init)
        let (clients, total) = try await call.run(
            Client.Listed.all(filter, in: call.practiceID), Client.Listed.total(filter, in: call.practiceID))
        return call.page(filter.page, clients, total: total) { filter.sort.key(of: $0) }
    }

    private func create(_ call: Call) async throws -> Answer {
        let (new, isDistinct) = try call.body(Client.New.reading)
        let id: ID<Client> = call.newID()
        do {
            let (results, slots) = try await call.run { batch in
                for query in new.insert(id, in: call.practiceID, at: call.now) { _ = batch.append(query) }
                _ = batch.append(
                    isDistinct
                        ? Client.tellApart(id, in: call.practiceID, at: call.now) : Client.refuseDuplicates(of: id))
                return (
                    batch.append(Client.Chart.query(id, in: call.practiceID, at: call.now)),
                    batch.append(Client.Chart.identifiers(id, in: call.practiceID))
                )
            }
            let chart = ChartAnswer(chart: try results[slots.0], identifiers: try results[slots.1])
            return .created(at: "/v1/clients/\(id)", etag: chart.chart.version, chart)
        } catch let problem as Problem where problem.code == "possible_duplicate" {
            throw Problem.possibleDuplicate
        }
    }

    /// Search is a POST so that no name stands in a URL; the cursor is bound to what was searched for.
    private func search(_ call: Call) async throws -> Answer {
        let search = try call.body(Client.Search.init)
        let page = try call.query { $0.page() }
        let filters = search.digest(call)
        if let after = page.after, try after.text(4) != filters { throw Problem.invalidCursor }
        let (draw, clients) = try await call.run(
            call.drawOfCaller(searches), Client.Listed.found(by: search, page, in: call.practiceID))
        try draw.judge(at: call.now)
        return call.page(page, clients) { PageKey($0.rank, $0.familyKey, $0.givenKey, $0.id, filters) }
    }

    private func read(_ call: Call) async throws -> Answer {
        let id: ID<Client> = call.id("clientId")
        let (chart, identifiers) = try await call.run(
            Client.Chart.query(id, in: call.practiceID, at: call.now), Client.Chart.identifiers(id, in: call.practiceID)
        )
        return .json(etag: chart.version, ChartAnswer(chart: chart, identifiers: identifiers))
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Client.Change.init)
        let id: ID<Client> = call.id("clientId")
        let reading = try call.reading("client.read", of: .client("clientId"))
        let (results, slots) = try await call.run(faults: Client.lifeFaults) { batch in
            for query in change.update(id, seen: seen, in: call.practiceID) { _ = batch.append(query) }
            _ = batch.append(reading)
            return (
                batch.append(Client.Chart.query(id, in: call.practiceID, at: call.now)),
                batch.append(Client.Chart.identifiers(id, in: call.practiceID)),
                change.closesAccount ? batch.append(Client.whatStayed(of: id)) : nil
            )
        }
        let chart = ChartAnswer(
            chart: try results[slots.0], identifiers: try results[slots.1],
            stayed: try slots.2.map { slot throws(PostgresError) in try results[slot] } ?? [])
        return .json(etag: chart.chart.version, chart)
    }

    private func invite(_ call: Call) async throws -> Answer {
        let email = try call.body { $0.optional("email", .email) }
        let account = Client.account(call.newID(), of: call.id("clientId"), email: email, at: call.now)
        let invitation = NewInvitation(to: .nil, call)
        let sent = try await call.run(
            invitation.send(to: account, with: try await call.vault(), call), faults: Self.invitationFaults)
        return .json(.created, sent)
    }

    private static let invitationFaults = NewAccount.faults(email: "/email").merging(
        ["no_address": FieldFault("/email", "required", "The chart has no e-mail address.")]
    ) { first, _ in first }
}

extension Problem {
    fileprivate static let possibleDuplicate = Problem.conflict(
        "possible_duplicate",
        "There may be a chart of this person already: POST /v1/clients/duplicates with the same members shows which. "
            + "Send isDistinct to make another one all the same.")
}

extension Bucket {
    /// All ways of searching for people draw from one.
    static func searches(_ limits: Limits) -> Bucket { Bucket(limits.searchesByAccount, "search/account") }
}

extension Client.Search {
    fileprivate func digest(_ call: Call) -> String {
        let words = [name, birthDate?.description, phone, identifier?.system, identifier?.value].map { $0 ?? "\u{1}" }
        return Base64URL.encode(call.keys.contentDigest.code(for: Array(words.joined(separator: "\0").utf8)).prefix(12))
    }
}
