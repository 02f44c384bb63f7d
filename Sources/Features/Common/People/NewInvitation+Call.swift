import JSON
import Postgres
import Practice
import WebAPI

extension NewInvitation {
    /// An invitation with a token that chance made.
    init(to account: ID<Account>, _ call: Call) {
        self.init(
            id: call.newID(), accountID: account, token: Token(practiceID: call.practiceID, in: call.surroundings),
            createdAt: call.now)
    }

    /// Sends it, by letter; the answer shows the token where the database says so.
    func send(
        to account: SQL? = nil, with vault: Vault, _ call: Call
    ) throws(Problem) -> Query<SentInvitation> {
        let row = call.newProvenRequest()
        do { return try send(to: account, with: vault, request: row.id, proof: row.proof) } catch {
            throw .unexpected
        }
    }
}

extension SentInvitation: JSONWritable {
    /// The token is shown here and never again: whoever invites hands it on.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("accountId", accountID)
            json.member("kind", kind)
            json.member("token", token?.text)
            json.member("expiresAt", expiresAt)
        }
    }
}

extension NewAccount {
    /// What the constraints of accounts say about the member from which an address was taken.
    static func faults(email pointer: String) -> [String: FieldFault] {
        let taken = FieldFault(pointer, "taken", "Somebody in this practice signs in with this address already.")
        return ["accounts_email_is_taken": taken]
    }
}
