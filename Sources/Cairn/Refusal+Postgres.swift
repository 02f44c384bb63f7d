import Postgres

extension PostgresError {
    /// Whether others did something at the same time with which this did not go together.
    var isOfOthersAtOnce: Bool { ["40001", "40P01", "55P03"].contains(sqlState) }
}

extension Refusal {
    /// What somebody at a terminal is told of an error: a sentence for what the database did not do, and any other error as
    /// it is. Every command goes through here.
    static func plain(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError else { return error }
        return Refusal(sentence(of: error))
    }

    private static func sentence(of error: PostgresError) -> String {
        switch error.code {
        case .server(let refusal): sentence(of: refusal, error)
        case .connectionLost(sent: true):
            "The connection to the database ended before it answered, so whether something was kept is not known: look, "
                + "and do it again if not."
        case .connectionLost(sent: false), .closed:
            "The connection to the database ended. Nothing was kept: try again."
        case .connectionFailed: "The database cannot be reached: is it running, and is the address right?"
        case .poolTimeout, .poolFull: "The database is too busy. Nothing was done: try again later."
        case .timedOut: "The database took too long. Nothing was kept: try again."
        case .cancelled: "This was interrupted. Nothing was kept."
        case .decoding, .noRow, .tooManyRows, .misuse:
            "The database answered otherwise than Cairn expects\(place(of: error)): this is a fault of Cairn's."
        }
    }

    private static func sentence(of refusal: PostgresError.Refusal, _ error: PostgresError) -> String {
        switch refusal.sqlState {
        case _ where error.isOfOthersAtOnce:
            "Others changed the same things at the same time. Nothing was kept: try again."
        case "53300": "The database takes no more connections. Nothing was done: try again later."
        case "53100": "The database has no room left on its disk. Nothing was kept."
        case "57P01", "57P02", "57P03": "The database is being stopped or started. Nothing was kept: try again."
        case "28000", "28P01": "The database does not let this role in: is its password right?"
        case "42501": "The rules of the database refuse this to who asks. Nothing was kept."
        case _ where refusal.raisedCode != nil:
            "The practice's rules refuse this (\(refusal.raisedCode ?? "")). Nothing was kept."
        default:
            "The database refused this (\(refusal.constraint ?? refusal.sqlState))\(place(of: error)). Nothing was kept; its "
                + "own log says more."
        }
    }

    private static func place(of error: PostgresError) -> String {
        error.file.map { " in \($0), line \(error.line ?? 0)" } ?? ""
    }
}
