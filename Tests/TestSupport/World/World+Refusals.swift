import Postgres

extension World {
    /// What the database says to statements that are run in one transaction, as the seeds are: the word of our own
    /// functions, else the SQLSTATE; nil if it takes them.
    public func refusal(in house: House, of statements: SQL...) async -> String? {
        do {
            try await seed(house) { seed in
                for statement in statements { seed.add(statement) }
            }
            return nil
        } catch {
            let refusal = (error as? PostgresError)?.refusal
            return refusal?.raisedCode ?? refusal?.sqlState ?? "\(error)"
        }
    }
}
