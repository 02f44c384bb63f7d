import JSON
import Practice
import WebAPI

extension Enrollment.Details: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("groupId", groupID)
        json.member("groupName", ifPresent: groupName)
        json.member("programName", ifPresent: programName)
        json.member("clientId", clientID)
        if let clientName { clientName.write(members: &json) }
        json.member("status", status)
        json.member("reason", ifPresent: reason)
        json.member("startsOn", startsOn)
        json.member("endedOn", endedOn)
        json.member("next", ifPresent: next)
        json.member("offerExpiresAt", ifPresent: offerExpiresAt)
        json.member("transferredFrom", ifPresent: transferredFrom)
    }
}

extension Enrollment.ClientName {
    func write(members json: inout JSONWriter) {
        json.member("givenName", given.ifAny)
        json.member("preferredName", preferred)
        json.member("familyName", family.ifAny)
    }
}

extension Enrollment.Planned: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("status", status)
            json.member("from", from)
        }
    }
}

extension Enrollment.OpenPhase: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("track", track)
        }
    }
}

extension Enrollment.Waiting: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("enrollmentId", id)
            json.member("clientId", clientID)
            clientName.write(members: &json)
            json.member("position", ifPresent: position)
            json.member("waitingSince", ifPresent: since)
        }
    }
}

extension Enrollment.Belief: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("status", status)
            json.member("from", from)
            json.member("until", until)
            json.member("reason", ifPresent: reason)
            json.member("recordedAt", recordedAt)
            json.member("supersededAt", supersededAt)
            json.member("recordedBy", ifPresent: recordedBy)
        }
    }
}
