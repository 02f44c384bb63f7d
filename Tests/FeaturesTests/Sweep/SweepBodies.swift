import JSON
import Practice
import TestSupport

/// Bodies that are valid in everything but the ids that the sweep puts into them: `@client` stands for a client's id.
enum SweepBodies {
    /// What stands in the way of any visible id in a place, so that nobody gets further there.
    static let closed: [String: String] = [
        "GET /v1/groups ?trackId": "no group of the world is on a track: the list is as empty as for an id of nothing",
        "POST /v1/groups/{groupId}/homework /phaseId": "a group has its phase already, and names none",
        "PUT /v1/inquiries/{inquiryId}/acceptance /guardians/*/accountId":
            "an inquiry is accepted once, which another place has done by then; GuardianAccountTests get further",
    ]

    /// By operation; of each place of an id one of them has a value there. Where there is none, the example of
    /// `openapi.yaml` is sent.
    static let templates: [String: [JSONValue]] = [
        "acceptInquiry": [
            [
                "kind": "couple", "client": ["id": "@peer"], "partner": ["id": "@single"], "counselorId": "@staff",
            ],
            [
                "kind": "minor", "counselorId": "@staff",
                "client": ["givenName": "Ivo", "familyName": "Ilves", "birthDate": "2012-02-03"],
                "guardians": [["id": "@guardian", "scopes": []]],
            ],
            [
                "kind": "minor", "counselorId": "@staff",
                "client": ["givenName": "Ivo", "familyName": "Ilves", "birthDate": "2012-02-03"],
                "guardians": [["name": "Peer Parent", "clientId": "@peer", "scopes": []]],
            ],
            [
                "kind": "minor", "counselorId": "@staff",
                "client": ["givenName": "Ivo", "familyName": "Ilves", "birthDate": "2012-02-03"],
                "guardians": [["name": "Gail Carter", "accountId": "@account", "scopes": []]],
            ],
            [
                "kind": "couple", "counselorId": "@staff", "client": ["givenName": "Ivo", "familyName": "Ilves"],
                "partner": ["givenName": "Ida", "familyName": "Ilves"],
            ],
        ],
        "updateMeeting": [["place": "The other room"]],
        "updateInquiry": [["programId": "@program", "knownClientId": "@peer"]],
        "assignInquiry": [["counselorId": "@staff"]],
        "setClientAccount": [["accountId": "@account"]], "setGuardianAccount": [["accountId": "@account"]],
        "createMerge": [["duplicateId": "@peer"]],
        "createCareTeamMemberOfClient": [["accountId": "@staff"]],
        "createCareTeamMemberOfCouple": [["accountId": "@staff"]],
        "handOverClient": [["accountId": "@staff"]], "handOverCouple": [["accountId": "@staff"]],
        "createConflict": [
            ["kind": "known_person", "otherId": "@peer"], ["kind": "known_person", "staffId": "@staff"],
        ],
        "createGuardianship": [
            ["guardian": ["name": "Gail Carter"], "scopes": []], ["guardianId": "@guardian", "scopes": []],
            ["guardian": ["name": "Peer Parent", "clientId": "@peer"], "scopes": []],
            ["guardian": ["name": "Gail Carter", "accountId": "@account"], "scopes": []],
        ],
        "createCouple": [["clientIds": ["@peer", "@single"], "counselorIds": ["@staff"]]],
        "createPhase": [["name": "Integration", "trackId": "@track", "requires": ["@phase"]]],
        "updatePhase": [["requires": ["@otherPhase"]]],
        "createPhaseStep": [["exerciseId": "@exercise", "schedule": Estate.schedule]],
        "createGroup": [group("Friday", ["phaseId": "@phase"]), group("Saturday", ["trackId": "@track"])],
        "updateGroup": [["phaseId": "@phase"], ["trackId": "@track"]],
        "createEnrollment": [["clientId": "@member"]],
        "transferEnrollment": [["groupId": "@otherGroup"]],
        "recordAttendance": [["marks": [["clientId": "@client", "mark": "present"]]]],
        "createNoteOnGroup": [
            [
                "heldAt": "2025-12-31T01:00:00Z", "meetingId": "@meeting", "sharedBody": "We listened.",
                "attendees": [["clientId": "@client", "body": "He listened."]],
            ]
        ],
        "setExerciseTags": [["programIds": ["@program"], "trackIds": ["@track"], "phaseIds": ["@phase"]]],
        "createAssignmentForClient": [untilPhaseEnds], "createAssignmentForCouple": [untilPhaseEnds],
        "createAssignmentForGroup": [
            ["exerciseId": "@exercise", "schedule": once],
            ["exerciseId": "@exercise", "phaseId": "@phase", "schedule": once],
        ],
        "updateDraft": [["exerciseVersionId": "@exerciseVersion", "answers": ["words": "Circles."]]],
        "submitHomework": [
            [
                "exerciseVersionId": "@exerciseVersion",
                "answers": ["words": "Circles.", "files": ["@freshAttachment"]],
            ]
        ],
        "createAttachment": [["key": "files", "name": "more.pdf", "size": 10]],
        "discussHomework": [["appointmentId": "@appointment"]],
        "setScreening": [
            [
                "questionnaireVersionId": "@questionnaireVersion",
                "answers": [
                    "interest": 2, "mood": 2, "sleep": 1, "energy": 2, "appetite": 1, "worth": 1, "concentration": 1,
                    "movement": 0, "self_harm": 1,
                ],
            ]
        ],
    ]

    private static let once: JSONValue = [
        "repeats": "once", "startsOn": "2026-01-05", "dueOn": "2026-01-12", "dueTime": "20:00",
        "timeZone": "America/Phoenix",
    ]
    private static let untilPhaseEnds: JSONValue = [
        "exerciseId": "@exercise", "phaseId": "@phase",
        "schedule": [
            "repeats": "weekly", "startsOn": "2026-01-05", "weekdays": ["tuesday"], "untilPhaseEnds": true,
            "dueTime": "20:00", "timeZone": "America/Phoenix",
        ],
    ]

    private static func group(_ name: String, _ more: JSONValue) -> JSONValue {
        guard case .object(let more) = more else { return .null }
        let usual: [JSONMember] = [
            JSONMember("programId", "@program"), JSONMember("name", .text(name)), JSONMember("capacity", 5),
            JSONMember("startsOn", "2026-01-06"), JSONMember("weekday", "friday"), JSONMember("meetsAt", "18:00"),
            JSONMember("timeZone", "America/Phoenix"),
        ]
        return .object(usual + more)
    }
}

extension JSONValue {
    /// What stands at a pointer, the first element where that has a `*`.
    func value(at pointer: Substring) -> JSONValue? {
        guard let step = pointer.split(separator: "/").first else { return self }
        let rest = pointer.dropFirst(step.count + 1)
        return step == "*" ? asArray.first?.value(at: rest) : self[String(step)]?.value(at: rest)
    }

    /// The same with other text in place of each placeholder; the one at `pointer` gets what is given for it.
    func filled(at pointer: String? = nil, with chosen: String = "", _ id: (String) -> String?, path: String = "")
        -> JSONValue
    {
        switch self {
        case .text(let text) where text.hasPrefix("@"):
            return .text(path == pointer ? chosen : id(String(text.dropFirst())) ?? text)
        case .array(let elements):
            return .array(
                elements.enumerated().map { index, element in
                    // The first element stands for all of them.
                    element.filled(at: index == 0 ? pointer : nil, with: chosen, id, path: path + "/*")
                })
        case .object(let members):
            return .object(
                members.map { member in
                    JSONMember(
                        member.name, member.value.filled(at: pointer, with: chosen, id, path: "\(path)/\(member.name)"))
                })
        default: return self
        }
    }
}
