import JSON
import Practice
import WebAPI

extension Inquiry.Record {
    func opened(with vault: Vault) throws(Problem) -> Inquiry.Record {
        guard let sealedMessage else { return self }
        var opened = self
        do {
            opened.message = try vault.openText(sealedMessage, at: Place("inquiries", "message", id))
        } catch {
            throw .unexpected
        }
        return opened
    }
}

extension Vault {
    func sealed(_ text: String?, at place: Place) throws(KeyError) -> [UInt8]? {
        guard let text else { return nil }
        return try seal(text, at: place)
    }
}

extension Inquiry.Record: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("kind", kind)
            json.member("name", name)
            json.member("email", email)
            json.member("phone", phone)
            json.member("message", message)
            json.array("safeChannels", safeChannels)
            json.member("state", state.rawValue)
            json.member("stateSince", stateSince)
            json.member("waitingSince", dueAt == nil ? nil : stateSince)
            json.member("dueAt", dueAt)
            json.member("reasonCode", reasonCode)
            json.member("reason", reason)
            json.member("assignedTo", assignedTo)
            json.member("assignedToName", names.assignedTo)
            json.member("receivedAt", receivedAt)
            json.member("birthDate", about.birthDate)
            json.member("region", about.region)
            json.member("programId", about.programID)
            json.member("programName", names.program)
            json.member("track", about.track)
            json.member("knownClientId", about.knownClientID)
            json.member("risk", risk)
            json.member("clientId", clientID)
            json.member("partnerId", partnerID)
            json.member("coupleId", coupleID)
            json.member("repeatOf", repetition.of)
            json.array("repeatedBy", repetition.by)
        }
    }
}

extension Inquiry.Risk: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("raisedAt", raisedAt)
            json.member("acknowledgedAt", acknowledgedAt)
            json.member("acknowledgedBy", acknowledgedBy)
        }
    }
}
