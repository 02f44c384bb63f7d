import Postgres

/// What a request wants to do, as the rules in the database name it: `"roster.read"`.
public struct Action: ExpressibleByStringLiteral, Sendable, Hashable {
    let name: String

    public init(stringLiteral name: StaticString) {
        self.name = String(describing: name)
    }
}

/// What a request is about: a kind that the doors know, and the path parameter that holds its id.
///
/// A thing that is reached through another names the other: the care team of a client is about the client.
public enum Target: Sendable, Hashable {
    /// The practice as a whole, and lists of what the caller may see.
    case practice
    case appointment(String)
    case assignment(String)
    case client(String)
    case consent(String)
    case couple(String)
    case enrollment(String)
    case exercise(String)
    case group(String)
    /// A group on other days than today, or as it was believed to be.
    case groupHistory(String)
    case homework(String)
    case inquiry(String)
    case job(String)
    case letter(String)
    case meeting(String)
    case note(String)
    case processNote(String)
    case program(String)
    case risk(String)
    case signIn(String)
    case staff(String)

    var parts: (kind: String, parameter: String?) {
        switch self {
        case .practice: ("none", nil)
        case .appointment(let parameter): ("appointment", parameter)
        case .assignment(let parameter): ("assignment", parameter)
        case .client(let parameter): ("client", parameter)
        case .consent(let parameter): ("consent", parameter)
        case .couple(let parameter): ("couple", parameter)
        case .enrollment(let parameter): ("enrollment", parameter)
        case .exercise(let parameter): ("exercise", parameter)
        case .group(let parameter): ("group", parameter)
        case .groupHistory(let parameter): ("group_history", parameter)
        case .homework(let parameter): ("homework", parameter)
        case .inquiry(let parameter): ("inquiry", parameter)
        case .job(let parameter): ("job", parameter)
        case .letter(let parameter): ("letter", parameter)
        case .meeting(let parameter): ("meeting", parameter)
        case .note(let parameter): ("note", parameter)
        case .processNote(let parameter): ("process_note", parameter)
        case .program(let parameter): ("program", parameter)
        case .risk(let parameter): ("risk", parameter)
        case .signIn(let parameter): ("sign_in", parameter)
        case .staff(let parameter): ("staff", parameter)
        }
    }
}

extension SQL {
    /// The door of an action to a thing of a kind: `access."roster.read of group"`.
    package static func door(of action: String, to kind: String) -> SQL {
        "access.\(.identifier(kind == "none" ? action : "\(action) of \(kind)"))"
    }
}
