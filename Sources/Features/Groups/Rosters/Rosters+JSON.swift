import JSON
import Practice
import WebAPI

extension Roster {
    /// The members of the object that a roster is.
    func writeMembers(to json: inout JSONWriter) {
        json.object("group") { json in heading.write(to: &json) }
        json.array("facilitators", heading.facilitators)
    }

    func writeSeats(to json: inout JSONWriter) {
        json.member("members") { json in
            json.array { json in
                for member in members { json.element(AgedMember(member: member, heading: heading)) }
                for status in heading.maskedStatuses { json.element(MaskedSeat(status: status)) }
            }
        }
    }
}

/// In a list, where the day is said once for all, but of a group whose calendar shows another.
struct ListedRoster: JSONWritable {
    let roster: Roster
    let day: Day

    func write(to json: inout JSONWriter) {
        json.object { json in
            roster.writeMembers(to: &json)
            if roster.heading.day != day { json.member("asOf", roster.heading.day) }
            roster.writeSeats(to: &json)
        }
    }
}

extension Roster.Heading {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("id", groupID)
        json.member("name", name)
        json.object("program") { json in
            json.member("id", programID)
            json.member("name", programName)
        }
        json.member("track", track)
        json.member("phase", phase)
        json.member("capacity", capacity)
        json.member("seatsTaken", seats.taken)
        json.member("fillRate", fill.rate)
        json.member("waitlistLength", seats.waitlisted)
    }
}

extension Roster.Facilitator: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", accountID)
            json.member("name", name)
            json.member("role", role)
        }
    }
}

private struct MaskedSeat: JSONWritable {
    let status: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("masked", true)
            json.member("status", status)
        }
    }
}

private struct AgedMember: JSONWritable {
    let member: Roster.Member
    let heading: Roster.Heading

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", member.clientID)
            json.member("enrollmentId", member.enrollmentID)
            json.member("givenName", member.givenName.ifAny)
            json.member("preferredName", member.preferredName)
            json.member("familyName", member.familyName.ifAny)
            json.member("age", member.birthDate?.age(on: heading.day))
            json.member("status", member.status)
            json.member("enrolledSince", member.since)
            json.member("phase", heading.phase)
            json.object("attendance") { json in
                json.member("attended", member.attendance.part)
                json.member("meetings", member.attendance.whole)
                json.member("rate", member.attendance.rate)
            }
            json.object("homework") { json in
                json.member("done", member.homework.part)
                json.member("due", member.homework.whole)
            }
            json.object("consents") { json in
                json.member("status", member.missingConsents.isEmpty ? "in_force" : "missing")
                json.member("missing", member.missingConsents)
            }
            json.member("safeContactMark", member.heedsSafeContact)
        }
    }
}
