import Postgres
import Practice
import TestSupport

extension World {
    /// Ends somebody's part in a client's care today.
    func untie(_ staff: Person, from client: Person) async throws {
        try await run(
            """
            update care_team_memberships set during = daterange('2025-01-01', '2026-01-05'), ended_at = \(clock.now)
            where account_id = \(staff.accountID) and client_id = \(client.clientID)
            """)
    }

    /// Gives an account other roles, and the practice an owner beside it.
    func setRoles(of person: Person, _ roles: [Role]) async throws {
        let isAlone = person.roles.contains(.owner)
        try await seed(mesa) { seed in
            if isAlone { _ = seed.staff("Otto Owner\(seed.id(Account.self))", .owner) }
            seed.add(
                "update accounts set roles = \(roles), version = version + 1 where account_id = \(person.accountID)")
        }
    }

    /// Takes an e-mail address in a transaction that stays open.
    func take(_ email: String, in house: House) async throws -> OpenTransaction {
        let account = NewAccount(id: surroundings.id(), email: email, name: "Nobody", roles: [.counselor])
        var batch = Batch()
        _ = batch.append(enter(house.admin, "staff.invite"))
        _ = batch.append(account.make(at: clock.now))
        return try await database.server.open(TransactionOptions(), batch).0
    }
}
