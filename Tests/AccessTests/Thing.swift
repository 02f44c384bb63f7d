import JSON
import Practice
import TestSupport

/// What a request can be about: of each kind one for each unit that it may belong to.
enum Thing: String, Sendable, CaseIterable {
    case client, couple, group, groupHistory, enrollment, meeting
    case homework, coupleHomework, partnersHomework, groupHomework
    case assignment, coupleAssignment, groupAssignment
    case risk, coupleRisk, groupRisk
    case note, othersNote, coupleNote, groupNote, attendeeNote
    case processNote, inquiry, acceptedInquiry, exercise
    case appointment, coupleAppointment, groupAppointment
    case staff, program, hiddenProgram, consent, letter, job
    case signIn, ownSignIn

    /// The word that the doors know.
    var kind: String {
        switch self {
        case .homework, .coupleHomework, .partnersHomework, .groupHomework: "homework"
        case .assignment, .coupleAssignment, .groupAssignment: "assignment"
        case .risk, .coupleRisk, .groupRisk: "risk"
        case .note, .othersNote, .coupleNote, .groupNote, .attendeeNote: "note"
        case .appointment, .coupleAppointment, .groupAppointment: "appointment"
        case .processNote: "process_note"
        case .groupHistory: "group_history"
        case .signIn, .ownSignIn: "sign_in"
        case .acceptedInquiry: "inquiry"
        case .hiddenProgram: "program"
        default: rawValue
        }
    }

    /// Whether it belongs to the scene's client.
    var isOfClient: Bool {
        [
            .client, .enrollment, .homework, .coupleHomework, .groupHomework, .assignment, .risk, .coupleRisk,
            .groupRisk, .note, .othersNote, .attendeeNote,
            .processNote, .appointment, .consent,
        ].contains(self)
    }

    /// Whether it belongs to the scene's couple.
    var isOfCouple: Bool {
        [
            .couple, .coupleHomework, .partnersHomework, .coupleAssignment, .coupleRisk, .coupleNote,
            .coupleAppointment,
        ].contains(self)
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

    /// What requests of an action are about, where there is a door for it; nil is the practice as a whole, or a list.
    static func targets(of action: String) -> [Thing?] {
        let kinds = UsedDoors.kinds[action] ?? waiting[action] ?? []
        return (kinds.contains("none") ? [nil] : []) + allCases.filter { kinds.contains($0.kind) }
    }

    /// The doors that no route goes through yet.
    static let waiting: [String: Set<String>] = [
        "appointment.change": ["none", "client", "appointment"],
        "appointment.read": ["none", "client", "appointment"],
        "access_receipt.read": ["client"],
        "break_glass.open": ["client"],
        "break_glass.review": ["none", "client"],
    ]
}
