import Postgres
import Practice
import WebAPI

/// Who is in a group and how they are doing: one of the three things for which the product exists.
struct Roster: Sendable {
    let heading: Heading
    let members: [Member]

    /// The group itself.
    struct Heading: Sendable {
        let groupID: ID<Group>
        let name: String
        let phase: String?
        let track: String?
        let capacity: Int
        let programID: ID<Program>
        let programName: String
        /// Today, on the practice's calendar.
        let day: Day
        let facilitatorIDs: [ID<Account>]
        let facilitatorNames: [String]
    }

    /// One who has a seat.
    struct Member: Sendable {
        let clientID: ID<Client>
        let enrollmentID: ID<Enrollment>
        let givenName: String
        let preferredName: String?
        let familyName: String
        let birthDate: Day?
        let status: String
        let enrolledSince: Day
        /// Nil where no meeting has been marked for this member.
        let attendance: (attended: Int, meetings: Int)?
        /// What this group was given, is due by now and was not withdrawn.
        let homework: (done: Int, due: Int)
    }
}

extension Roster: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("group") { json in heading.write(to: &json, seatsTaken: members.count) }
            json.member("facilitators") { json in
                json.array { json in
                    for (id, name) in zip(heading.facilitatorIDs, heading.facilitatorNames) {
                        json.element(Facilitator(id: id, name: name))
                    }
                }
            }
            json.member("asOf", heading.day)
            json.member("members") { json in
                json.array { json in
                    for member in members { json.element(AgedMember(member: member, day: heading.day)) }
                }
            }
        }
    }

    /// The same as a table.
    var csv: CSV {
        var table = CSV(columns: [
            "Family name", "Given name", "Preferred name", "Age", "Status", "Enrolled since", "Meetings attended",
            "Meetings", "Homework done", "Homework due", "Client id",
        ])
        for member in members {
            table.row { row in
                row.cell(member.familyName)
                row.cell(member.givenName)
                row.cell(member.preferredName)
                row.cell(member.birthDate?.age(on: heading.day))
                row.cell(member.status)
                row.cell(member.enrolledSince)
                row.cell(member.attendance?.attended)
                row.cell(member.attendance?.meetings)
                row.cell(member.homework.done)
                row.cell(member.homework.due)
                row.cell(member.clientID)
            }
        }
        return table
    }
}

extension Roster.Heading {
    fileprivate func write(to json: inout JSONWriter, seatsTaken: Int) {
        json.member("id", groupID)
        json.member("name", name)
        json.member("phase", phase)
        json.member("track", track)
        json.object("program") { json in
            json.member("id", programID)
            json.member("name", programName)
        }
        json.member("capacity", capacity)
        json.member("seatsTaken", seatsTaken)
    }
}

private struct Facilitator: JSONWritable {
    let id: ID<Account>
    let name: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
        }
    }
}

private struct AgedMember: JSONWritable {
    let member: Roster.Member
    let day: Day

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("clientId", member.clientID)
            json.member("enrollmentId", member.enrollmentID)
            json.member("givenName", member.givenName)
            json.member("preferredName", member.preferredName)
            json.member("familyName", member.familyName)
            json.member("age", member.birthDate?.age(on: day))
            json.member("status", member.status)
            json.member("enrolledSince", member.enrolledSince)
            json.member("attendance") { json in
                guard let (attended, meetings) = member.attendance else { return json.null() }
                json.object { json in
                    json.member("attended", attended)
                    json.member("meetings", meetings)
                }
            }
            json.object("homework") { json in
                json.member("done", member.homework.done)
                json.member("due", member.homework.due)
            }
        }
    }
}
