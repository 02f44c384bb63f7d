import HTTPTypes
import JSON
import Logging
import Postgres
import Practice

extension Problem {
    /// Turns what the database refused into what the caller is told.
    ///
    /// - Parameter faults: what a constraint, or a word our functions raise, says about a member of the body.
    init(_ error: PostgresError, in call: Call, faults: [String: FieldFault] = [:]) {
        switch error.code {
        case .server(let refusal): self = Problem(refusal, error, in: call, faults)
        case .noRow: self = .notFound
        case .poolTimeout, .poolFull: self = .overloaded
        case .connectionLost(sent: true): self = call.route.method == .get ? .databaseUnavailable : .outcomeUnknown
        case .connectionLost, .connectionFailed, .closed: self = .databaseUnavailable
        case .timedOut: self = .timedOut
        case .cancelled: self = .abandoned
        case .decoding, .tooManyRows, .misuse:
            call.logger.error("A query and its reader do not fit.", metadata: ["error": "\(error)"])
            self = .unexpected
        }
    }

    /// What the same rule refuses in many places.
    private static let sentences = ["client_is_not_active": "This client is not in care at present."]

    private init(
        _ refusal: PostgresError.Refusal, _ error: PostgresError, in call: Call, _ faults: [String: FieldFault]
    ) {
        let code = refusal.raisedCode ?? refusal.constraint ?? ""
        switch refusal.sqlState {
        case "28000": self = .notSignedIn
        case "42501": self = .forbidden
        case "PC404": self = .notFound
        case "PC412": self = .stale
        case "PC428": self = .ifMatchRequired
        case "PC429": self = .tooManyRequests(retryAfter: 60)
        // Several members at once, by their places in the body.
        case "PC422" where refusal.places.count > 0:
            self = .refusedInput(refusal.places.map { faults[code].at($0, else: code) })
        case _ where faults[code] != nil:
            self = .refusedInput(faults[code].map { [$0.telling(refusal.hint)] } ?? [])
        case "PC409": self = .conflict(code, Self.sentence(refusal, code))
        case "PC422": self = Self.unacceptable(refusal, code, in: call)
        // The name of a constraint is no word of the API: who knows what it means says so (``Problem/constraint``).
        case "23505", "23P01":
            self = .conflict("conflict", "This conflicts with something that is already there.")
            constraint = refusal.constraint
        case "23503", "23514", "23502":
            self = .refusedInput([FieldFault(refusal.pointer, "not_possible", "This cannot be taken.")])
            constraint = refusal.constraint
        case "57014": self = .timedOut
        case "40001", "40P01", "55P03", "53300", "53400": self = .overloaded
        case "57P01", "57P02", "57P03", "25006": self = .databaseUnavailable
        default:
            call.logger.error(
                "The database refused a statement.",
                metadata: ["error": "\(error)", "route": "\(call.route.template)"])
            self = .unexpected
        }
    }

    /// What stands in the way. What is lacking, where our functions say it, is in the practice's own words, not anybody's
    /// data.
    private static func sentence(_ refusal: PostgresError.Refusal, _ code: String) -> String {
        refusal.constraint.map { "What is missing: \($0). Ask for what nobody has asked for yet, and have it signed." }
            ?? sentences[code] ?? "The present state of things does not allow this."
    }

    /// What a request says and may not say.
    private static func unacceptable(_ refusal: PostgresError.Refusal, _ code: String, in call: Call) -> Problem {
        let places = refusal.constraint?.split(separator: " ").compactMap { Int($0) } ?? []
        switch code {
        case "no_such_reference": return call.references.problem(at: places)
        case "days_to_come": return call.references.problem(ofDaysAt: places)
        // Of what has been, by the day of the practice.
        case "not_yet":
            let range = "This must lie from \(refusal.hint ?? "the past") to today."
            return .refusedInput([FieldFault(refusal.pointer, "out_of_range", range)])
        default: return .refusedInput([FieldFault(refusal.pointer, code, "This cannot be taken.")])
        }
    }

    private static let notSignedIn = {
        var problem = unauthenticated
        problem.outcome = "unauthenticated"
        return problem
    }()

    /// 422. What a body names and the caller cannot see.
    static func noSuchReference(_ errors: [FieldFault]) -> Problem { refusedInput(errors) }

    /// 422. What the database refuses of a body.
    static func refusedInput(_ errors: [FieldFault]) -> Problem {
        var problem = invalid(errors)
        problem.outcome = "invalid"
        return problem
    }

    /// The caller has hung up; nobody reads this.
    static let abandoned = Problem(.init(code: 499, reasonPhrase: "Client Closed Request"), "abandoned", "")
}

extension FieldFault? {
    /// The fault at another place; without one, the word of the database alone.
    fileprivate func at(_ pointer: String, else code: String) -> FieldFault {
        FieldFault(pointer, self?.code ?? code, self?.detail ?? "This cannot be taken.")
    }
}

extension FieldFault {
    /// The fault with what our functions tell with their word in place of `{}`.
    fileprivate func telling(_ hint: String?) -> FieldFault {
        guard let hint else { return self }
        return FieldFault(pointer, code, detail.replacing("{}", with: hint))
    }
}

extension PostgresError.Refusal {
    /// Pointers to what our functions name by its place, with commas between several: `closing/seats,closing/couple`.
    fileprivate var places: [String] {
        guard let column, column.contains("/") else { return [] }
        return column.split(separator: ",").map { "/" + $0 }
    }

    /// A pointer to the member that the column is written from: `due_on` is `/dueOn`.
    fileprivate var pointer: String {
        guard let column else { return "" }
        let words = column.split(separator: "_")
        return "/"
            + words.enumerated().map { $0.offset == 0 ? String($0.element) : $0.element.capitalizedWord }.joined()
    }
}

extension Substring {
    fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}
