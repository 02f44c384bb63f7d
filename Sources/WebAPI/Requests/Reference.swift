import JSON
import Practice
import Synchronization

/// The kinds of things that bodies and queries may name by their ids: the words of `access.judged` in the database.
public enum ReferenceKind: String, CaseIterable, Sendable {
    case client, guardian, staff, program, track, phase, group, meeting, appointment, exercise

    /// What the caller is told of a thing that is not there, and, byte for byte, of one that is there and not to be seen.
    public func missing(at pointer: String) -> FieldFault {
        let (code, name) =
            switch self {
            case .client: ("no_such_client", "client")
            case .guardian: ("no_such_guardian", "guardian")
            case .staff: ("no_such_staff", "professional")
            case .program: ("no_such_program", "program")
            default: ("unknown", rawValue)
            }
        return FieldFault(pointer, code, "There is no such \(name), or it is not open to you.")
    }
}

/// A kind of thing that a body or a query may name by its id.
///
/// `JSONShape.id` takes these and no others, and what it reads is judged: right after the door, in the same transaction and
/// round trip, `access.judge` refuses the request where the caller may not see the thing
/// (`Migrations/routines/access/references.sql`). So no handler can forget it, and none makes the check.
public protocol Referable: SendableMetatype {
    /// The kind by which the database judges.
    static var referenceKind: ReferenceKind { get }
}

extension Client: Referable { public static var referenceKind: ReferenceKind { .client } }
extension Guardian: Referable { public static var referenceKind: ReferenceKind { .guardian } }
/// An account that a body or a query names is a professional's.
extension Account: Referable { public static var referenceKind: ReferenceKind { .staff } }
extension Program: Referable { public static var referenceKind: ReferenceKind { .program } }
extension Track: Referable { public static var referenceKind: ReferenceKind { .track } }
extension Phase: Referable { public static var referenceKind: ReferenceKind { .phase } }
extension Group: Referable { public static var referenceKind: ReferenceKind { .group } }
extension Meeting: Referable { public static var referenceKind: ReferenceKind { .meeting } }
extension Appointment: Referable { public static var referenceKind: ReferenceKind { .appointment } }
extension Exercise: Referable { public static var referenceKind: ReferenceKind { .exercise } }

/// An id that a request names, and where.
struct Reference: Sendable, Hashable {
    let kind: ReferenceKind
    let id: ID<Void>
    /// A JSON pointer into the body, or the name of a query parameter.
    let pointer: String
}

/// A day that must have come where the practice is, and what the caller is told when it has not.
struct NamedDay: Sendable, Hashable {
    let day: Day
    let fault: FieldFault
}

/// The ids that a request has named besides its path, and its days, that the database has not judged yet.
final class References: Sendable {
    private struct State {
        var days: [NamedDay] = []
        var inBody: [Reference] = []
        var inQuery: [Reference] = []
    }

    private let state = Mutex(State())

    /// What the next round trip has to judge, those of the query last.
    var unjudged: [Reference] { state.withLock { $0.inBody + $0.inQuery } }

    /// Whether there is neither an id nor a day to judge.
    var areJudged: Bool { state.withLock { $0.inBody.isEmpty && $0.inQuery.isEmpty && $0.days.isEmpty } }

    /// The days that the next round trip has to judge; where nobody enters, the tables do.
    var unjudgedDays: [Day] { state.withLock { $0.days.map(\.day) } }

    func note(days: [NamedDay]) {
        if !days.isEmpty { state.withLock { $0.days += days } }
    }

    /// What the caller is told of days that have not come.
    func problem(ofDaysAt places: [Int]) -> Problem {
        let days = state.withLock { $0.days }
        return .refusedInput(
            places.sorted().filter { days.indices.contains($0 - 1) }.map { days[$0 - 1].fault })
    }

    func note(inBody references: [Reference]) {
        if !references.isEmpty { state.withLock { $0.inBody += references } }
    }

    func note(inQuery references: [Reference]) {
        if !references.isEmpty { state.withLock { $0.inQuery += references } }
    }

    /// Remembers that the database has let all of them pass.
    func settle() {
        state.withLock { $0 = State() }
    }

    /// What the caller is told when some are not there: 422 with the members, or, since a query is a part of the address,
    /// 404 as for an id in the path.
    func problem(at places: [Int]) -> Problem {
        let (inBody, all) = state.withLock { ($0.inBody.count, $0.inBody + $0.inQuery) }
        if places.contains(where: { $0 > inBody }) { return .notFound }
        return .noSuchReference(
            places.sorted().filter { (1...all.count).contains($0) }.map { all[$0 - 1] }
                .map { $0.kind.missing(at: $0.pointer) })
    }
}
