import Postgres
import Practice

extension Refused {
    /// Writes its row, as the server.
    ///
    /// - Parameter again: whether the row may be there already.
    func written(with keys: ServerKeys, again: Bool) -> Query<Int> {
        .run(
            """
            select from access.refused(
                \(practiceID), \(tokenHash), \(accountID), \(action), \(kind), \(resourceID), \(at), \(requestID),
                \(keys.auditProof(of: requestID)), \(outcome), \(again))
            """)
    }

    /// Writes its row, as the worker.
    ///
    /// - Parameter again: whether the row may be there already.
    public func writtenByWorker(with keys: ServerKeys, again: Bool) -> Query<Int> {
        .run(
            """
            select from access.refused_work(
                \(practiceID), \(action), \(kind), \(resourceID), \(at), \(requestID),
                \(keys.auditProof(of: requestID)), \(outcome), \(again))
            """)
    }
}
