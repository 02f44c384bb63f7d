import Demo
import Features
import Foundation
import Logging
import Postgres
import Practice
import Synchronization
import WebAPI

/// The hands of the operator's commands: they work as `cairn_worker`, enter by a door of their own, and are audited
/// like everybody.
struct Operator: DemoHands {
    let client: PostgresClient
    let keys: ServerKeys
    let surroundings: Surroundings
    private let entered = Entered()

    init(client: PostgresClient, keys: ServerKeys, surroundings: Surroundings = .live) {
        self.client = client
        self.keys = keys
        self.surroundings = surroundings
    }

    /// Where the command was last to enter: what it tells the audit when it is refused.
    private final class Entered: Sendable {
        let last = Mutex<(practice: ID<Practice>, action: String, now: Instant, request: UUID)?>(nil)
    }

    static func with<Result: Sendable>(
        _ settings: Settings, _ body: @Sendable @escaping (Operator) async throws -> Result
    ) async throws -> Result {
        let logger = Logger.forCommands(settings)
        let files = try ProductFiles.locate()
        return try await DatabaseAccess.with(settings, logger: logger) { database in
            let keys = try ServerKeys(master: database.masterKey.bytes)
            return try await PostgresClient.with(database.worker, applicationName: "cairn", logger: logger) { client in
                let faults = await DatabaseCheck(files: files, keys: keys)
                    .faults(client, setting: Setting.workerDatabaseURL.rawValue)
                guard faults.isEmpty else { throw Refusal(faults) }
                let hands = Operator(client: client, keys: keys)
                do { return try await body(hands) } catch {
                    if let refused = hands.refusal(error) {
                        await Refusals.ofWorker(
                            client, keys, spool: .open(settings, writer: "worker", logger), Telemetry(), logger
                        ).record(refused)
                    }
                    throw error
                }
            }
        }
    }

    /// The first statement of every transaction.
    func enter(_ practice: ID<Practice>, _ action: String, at now: Instant) -> Query<Int> {
        let entry = WorkerEntry(at: now, request: surroundings.newID(), keys)
        entered.last.withLock { $0 = (practice, action, now, entry.request) }
        return entry.practice(practice, action)
    }

    /// What the audit is told where the door did not let the command in, or something behind it refused; nil for an error
    /// that is no refusal.
    func refusal(_ error: any Error) -> Refused? {
        guard let (practice, action, now, request) = entered.last.withLock({ $0 }) else { return nil }
        return Refused(ofWork: action, in: practice, at: now, request, error)
    }

    /// The practice of this name, or the only one there is where no name is given.
    func practice(_ slug: String?) async throws -> (id: ID<Practice>, name: String) {
        let practices = try await client.pipeline(Self.practices)
        if let found = practices.first(where: { slug == nil ? practices.count == 1 : $0.slug == slug }) {
            return (found.id, found.name)
        }
        let known = practices.map(\.slug).joined(separator: ", ")
        guard !practices.isEmpty else {
            throw Refusal("There is no practice yet. Make one with: cairn practice add SLUG NAME")
        }
        throw Refusal(
            slug == nil
                ? "There are several practices: say which with --practice SLUG (\(known))."
                : "There is no practice called \(slug ?? ""). There are: \(known).")
    }

    /// The statements that make a practice with its keys and what it begins with.
    func making(
        _ id: ID<Practice>, slug: String, name: String, timeZone: String, at now: Instant
    ) throws -> [Query<Int>] {
        let keys = try KeyRing(keys: keys, postgres: client).firstKeys(of: id)
        return try making(id, slug: slug, name: name, timeZone: timeZone, with: keys, exercises: nil, at: now)
    }

    /// The same, with keys that somebody has made already, and, where somebody has a use for them, with the exercises.
    func making(
        _ id: ID<Practice>, slug: String, name: String, timeZone: String, with keys: [WrappedKey],
        exercises: [ExerciseLibrary.Shipped]?, at now: Instant
    ) throws -> [Query<Int>] {
        let practice = Self.insert(id, slug: slug, name: name, timeZone: timeZone, at: now)
        return [practice] + keys.map { $0.insert(for: id, at: now) }
            + (try library(for: id, exercises: exercises, at: now))
            + ConsentLibrary.insert(into: id, at: now, surroundings)
    }

    /// The statements that put into a practice what Cairn ships and the practice does not have yet.
    func library(
        for practice: ID<Practice>, exercises: [ExerciseLibrary.Shipped]?, at now: Instant
    ) throws -> [Query<Int>] {
        let exercises = try exercises ?? ExerciseLibrary.insert(into: practice, at: now, surroundings)
        return QuestionnaireLibrary.insert(into: practice, at: now, surroundings)
            + InquiryReasonLibrary.insert(into: practice) + exercises.map(\.query)
    }
}
