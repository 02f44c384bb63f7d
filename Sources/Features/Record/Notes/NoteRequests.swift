import JSON
import Practice
import WebAPI

/// A note of a group meeting as it is sent: one shared part, and one part for each who was there.
struct NewGroupNote: Sendable {
    let occasion: ProgressNote.Occasion
    let meetingID: ID<Meeting>?
    let sharedBody: String
    let attendees: [Part]

    struct Part: Sendable {
        let clientID: ID<Client>
        let body: String
    }
}

extension NewGroupNote {
    init(_ body: inout JSONObjectReader) {
        occasion = ProgressNote.Occasion(&body)
        meetingID = body.optional("meetingId", .id())
        sharedBody = body.required("sharedBody", .text(ProgressNote.textLength))
        attendees = body.required("attendees", .array(1...200, of: .object(Part.init)))
        body.check(
            Set(attendees.map(\.clientID)).count == attendees.count, "attendees", "duplicate",
            "Everyone who was there has one part.")
    }
}

extension NewGroupNote.Part {
    init(_ body: inout JSONObjectReader) {
        clientID = body.required("clientId", .id())
        self.body = body.required("body", .text(ProgressNote.textLength))
    }
}

extension ProgressNote.Occasion {
    init(_ body: inout JSONObjectReader) {
        heldAt = body.required("heldAt", .instant(.past))
        minutes = body.optional("minutes", .integer(1...600))
        modality = body.optional("modality", .choice()) ?? .inPerson
    }
}

/// A merge patch of a draft. What may be in it depends on what kind of note it is.
struct NoteChange: Sendable {
    let heldAt: Instant?
    let minutes: Patch<Int>
    let modality: ProgressNote.Modality?
    let body: String?
    let sharedBody: String?

    init(_ body: inout JSONObjectReader) {
        heldAt = body.change("heldAt", .instant(.past))
        minutes = body.patch("minutes", .integer(1...600))
        modality = body.change("modality", .choice())
        self.body = body.change("body", .text(ProgressNote.textLength))
        sharedBody = body.change("sharedBody", .text(ProgressNote.textLength))
    }

    func faults(for form: ProgressNote.Form) -> [FieldFault] {
        var misplaced: [String] = []
        if form == .group {
            if body != nil { misplaced.append("body") }
        } else if sharedBody != nil {
            misplaced.append("sharedBody")
        }
        if form == .attendee {
            if heldAt != nil { misplaced.append("heldAt") }
            if !minutes.isAbsent { misplaced.append("minutes") }
            if modality != nil { misplaced.append("modality") }
        }
        return misplaced.map {
            FieldFault("/\($0)", "of_another_part", "This is changed in another part of the group's note.")
        }
    }
}
