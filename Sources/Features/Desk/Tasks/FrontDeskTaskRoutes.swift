import HTTPTypes
import JSON
import Practice
import WebAPI

/// What days bring by themselves: the worker opens these tasks, and people do them.
struct FrontDeskTaskRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/tasks", "client.read", of: .practice, list),
            .put("/v1/tasks/{taskId}/completion", "client.change", of: .practice, complete),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(FrontDeskTask.Filter.init)
        let (found, total) = try await call.run(
            FrontDeskTask.list(filter, in: call.practiceID), FrontDeskTask.total(filter, in: call.practiceID))
        var tasks: [FrontDeskTask.Item] = []
        for task in found { tasks.append(try await task.opened(for: call)) }
        return call.page(filter.page, tasks, total: total) { PageKey($0.dueOn, $0.id) }
    }

    private func complete(_ call: Call) async throws -> Answer {
        let task = try await confirming { () async throws(Problem) in
            try await call.run(FrontDeskTask.complete(call.id("taskId"), in: call.practiceID, at: call.now))
        }
        return .json(.ok, try await task.opened(for: call))
    }
}

extension FrontDeskTaskRoutes {
    private static let waysOut = [
        "address_is_unconfirmed":
            "An address is confirmed by inviting to it, or to another that is right: that completes the task too.",
        "address_is_unsettled": """
        An address is settled by putting the role on the account that signs in with it (`PUT …/account`), or by inviting to \
        another one: that completes the task too.
        """,
    ]

    /// Says how an address is confirmed, or settled, to who ticks that off.
    private func confirming<Value>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        do { return try await work() } catch {
            guard let way = Self.waysOut[error.code] else { throw error }
            throw .conflict(error.code, way)
        }
    }
}

extension FrontDeskTask.Item: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind)
            json.member("clientId", clientID)
            json.member("clientName", ifPresent: clientName)
            json.member("dueOn", dueOn)
            json.member("openedAt", openedAt)
            json.member("doneAt", doneAt)
            if let accountID { json.member("accountId", accountID) }
            if let holderID { json.member("holderId", holderID) }
            json.member("proposal", ifPresent: proposal)
        }
    }
}

extension FrontDeskTask.Proposal: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("group") { json in
                json.member("id", groupID)
                json.member("name", groupName)
            }
            json.object("proposedBy") { json in
                json.member("id", proposedBy)
                json.member("name", proposedByName)
            }
            opened?.write(members: &json)
        }
    }
}
