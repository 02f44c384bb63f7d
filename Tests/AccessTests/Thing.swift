import Practice

/// What a request can be about: of each kind one for each unit that it may belong to.
enum Thing: String, Sendable, CaseIterable {
    case client, couple, group, groupHistory, enrollment, meeting
    case homework, coupleHomework, groupHomework
    case assignment, coupleAssignment, groupAssignment
    case risk, coupleRisk, groupRisk
    case note, coupleNote, groupNote, attendeeNote
    case processNote, inquiry, exercise
    case appointment, coupleAppointment, groupAppointment
    case staff, program, consent, letter, job

    /// The word that the doors know.
    var kind: String {
        switch self {
        case .homework, .coupleHomework, .groupHomework: "homework"
        case .assignment, .coupleAssignment, .groupAssignment: "assignment"
        case .risk, .coupleRisk, .groupRisk: "risk"
        case .note, .coupleNote, .groupNote, .attendeeNote: "note"
        case .appointment, .coupleAppointment, .groupAppointment: "appointment"
        case .processNote: "process_note"
        case .groupHistory: "group_history"
        default: rawValue
        }
    }

    /// Whether it belongs to the scene's client.
    var isOfClient: Bool {
        [
            .client, .enrollment, .homework, .coupleHomework, .groupHomework, .assignment, .risk, .coupleRisk,
            .groupRisk, .note, .attendeeNote,
            .processNote, .appointment, .consent,
        ].contains(self)
    }

    /// Whether it belongs to the scene's couple.
    var isOfCouple: Bool {
        [.couple, .coupleHomework, .coupleAssignment, .coupleRisk, .coupleNote, .coupleAppointment].contains(self)
    }

    /// Whether it belongs to the scene's group.
    var isOfGroup: Bool {
        [
            .group, .groupHistory, .enrollment, .meeting, .groupHomework, .groupAssignment, .groupRisk, .groupNote,
            .attendeeNote,
            .groupAppointment,
        ].contains(self)
    }

    /// Whether somebody wrote it.
    var isWritten: Bool { ["note", "process_note", "exercise"].contains(kind) }

    /// What requests of a resource are about; nil is the practice as a whole, or a list.
    static func targets(of action: String) -> [Thing?] {
        switch action.split(separator: ".").first.map(String.init) ?? "" {
        case "staff", "supervision": [nil, .staff]
        case "inquiry": [nil, .inquiry, .letter, .job]
        case "client", "access_receipt": [nil, .client]
        case "consent": [nil, .client, .consent]
        case "care_team", "guardianship": [.client, .couple]
        case "couple": [nil, .client, .couple]
        case "program": [nil, .program]
        case "group": [nil, .group, .meeting]
        case "roster": [nil, .group, .groupHistory]
        case "closure": [nil]
        case "enrollment": [nil, .enrollment, .client, .group]
        case "attendance": [.meeting, .client, .group]
        case "appointment": [nil, .appointment, .coupleAppointment, .groupAppointment, .client]
        case "progress_note": [nil, .client, .couple, .group, .note, .coupleNote, .groupNote, .attendeeNote]
        case "process_note": [nil, .client, .processNote]
        case "exercise": [nil, .exercise]
        case "homework":
            [
                nil, .client, .couple, .group, .homework, .coupleHomework, .groupHomework, .assignment,
                .coupleAssignment, .groupAssignment, .risk, .coupleRisk, .groupRisk,
            ]
        case "homework_report": [nil, .client, .group]
        case "break_glass": [nil, .client]
        default: [nil]
        }
    }
}
