import Features
import JSON
import Practice
import Testing
import TestSupport

/// One rule for the parameters of a query on all routes.
@Suite struct QuerySweepTests {
    @Test func `a parameter that is not described is refused, on every route, before anything is done`() async throws {
        try await withWorld(limits: .generous) { (world: World) async throws in
            let sweep = try await Sweep(in: world)
            let contract = try Contract.current()
            let caller = sweep.callers[0]
            #expect(contract.operations.count > 150)
            for operation in contract.operations {
                let position = IDPosition(
                    method: operation.method, path: operation.path,
                    operationID: operation.description["operationId"]?.text ?? "", place: .header("none"))
                guard let uri = sweep.uri(operation, as: caller),
                    let method = World.Method(rawValue: operation.method.lowercased())
                else {
                    Issue.record("\(position): nothing is known to put into its path")
                    continue
                }
                let answer = try await world.request(
                    method, "\(uri)?nobodyReadsThis=1", as: caller.person,
                    json: try sweep.body(of: position, chosen: "", caller), ifMatch: method == .post ? nil : 1,
                    headers: Self.fields(of: position))
                #expect(answer.status == 400 && answer.code == "invalid_query", "\(position): \(answer.text)")
                #expect(
                    answer.faults == ["/nobodyReadsThis unknown_parameter"], "\(position): \(answer.text.prefix(300))")
            }
        }
    }

    private static func fields(of position: IDPosition) -> [String: String] {
        guard position.operationID == "uploadAttachmentContent" else { return [:] }
        return ["Content-Type": "application/octet-stream", "Content-Range": "bytes 0-0/1"]
    }
}
