import Practice
import WebAPI

extension NewInvitation {
    /// An invitation with a token that chance made.
    init(to account: ID<Account>, _ call: Call) {
        self.init(
            id: call.newID(), accountID: account, token: Token(practiceID: call.practiceID, in: call.surroundings),
            createdAt: call.now)
    }
}

extension NewInvitation: JSONWritable {
    /// The token is shown here and never again: whoever invites hands it on.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("accountId", accountID)
            json.member("token", token.text)
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
