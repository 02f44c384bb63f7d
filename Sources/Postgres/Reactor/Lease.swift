/// Someone waiting for a connection of their own. Answered exactly once, by the reactor's thread.
final class LeaseRequest: Sendable, Hashable {
    let continuation: CheckedContinuation<Result<Int, PostgresError>, Never>

    init(_ continuation: CheckedContinuation<Result<Int, PostgresError>, Never>) {
        self.continuation = continuation
    }

    static func == (left: LeaseRequest, right: LeaseRequest) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
