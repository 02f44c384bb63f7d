import JSON
import Postgres
import Practice
import WebAPI

/// The failures that a try is counted among, and how many they may be. Only what failed is counted: who is right, however
/// often, meets no limit. A try is refused where others have failed too often already, before it is looked at
/// (``judge(at:)``), and again in the transaction that lets somebody in (``Call/refuseBeyond(_:)``): so that many guesses
/// at once learn no more than one after the other (Migrations/routines/accounts/tries.sql, decision 0035).
struct Failures: Sendable {
    let buckets: [[UInt8]]
    private let limits: [Limits.Limit]
    /// The bucket that is full.
    private let full: Full?
    /// How many failures are left, as far as the caller is told.
    let left: LimitState?

    /// A limit that is reached, and when it ends.
    struct Full: Sendable {
        let most: Int
        let resetsAt: Instant

        func problem(at now: Instant) -> Problem {
            .tooManyRequests(retryAfter: Int((resetsAt - now).components.seconds) + 1)
        }
    }

    /// The buckets that the database named, each with the limit of its place, and what it says of them: which is full, and
    /// how many failures are left, which the call's answer tells.
    init(_ buckets: [[UInt8]], _ limits: [Limits.Limit], saidIn row: inout Row, _ call: Call) throws {
        full = try Full(&row)
        left = LimitState(saidBy: try row.next([Int32]?.self))
        if let left { call.tell(left) }
        self.buckets = buckets
        self.limits = Array(limits.prefix(buckets.count))
    }

    /// Refuses a try where there were too many failures.
    func judge(at now: Instant) throws(Problem) {
        if let full { throw full.problem(at: now) }
    }

    var most: [Int32] { limits.map { Int32($0.most) } }
    var seconds: [Int32] { limits.map { Int32($0.seconds) } }
}

extension LimitState {
    /// Reads what `access.tries_left` says.
    init?(saidBy words: [Int32]?) {
        guard let words, words.count == 4 else { return nil }
        self.init(most: Int(words[0]), window: Int(words[1]), remaining: Int(words[2]), resetsIn: Int(words[3]))
    }

    fileprivate func less(_ tries: Int) -> LimitState {
        LimitState(most: most, window: window, remaining: remaining - tries, resetsIn: resetsIn)
    }
}

extension [Limits.Limit] {
    var most: [Int32] { map { Int32($0.most) } }
    var seconds: [Int32] { map { Int32($0.seconds) } }
}

extension Call {
    /// Counts a failed try, and refuses it like a try too many where it was beyond the limit: its end must tell nothing.
    func count(_ failures: Failures) async throws(Problem) {
        if let left = failures.left { tell(left.less(1)) }
        let full = try await runPublic(counting(failures)).first
        if let full { throw full.problem(at: now) }
    }

    /// Does work that shows a secret of one's own, and counts it where that was wrong.
    func countingFailures<Value: Sendable>(
        _ bucket: Bucket, _ work: (Failures) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let failures = try await runPublic(failures(bucket))
        try failures.judge(at: now)
        do throws(Problem) { return try await work(failures) } catch {
            if error.errors.contains(where: { ["wrong_code", "wrong_password"].contains($0.code) }) {
                try await count(failures)
            }
            throw error
        }
    }
}

/// From where somebody tries: the network, and the device as far as it says.
struct Origin: Sendable {
    /// A keyed hash of the network address.
    let place: [UInt8]
    /// A keyed hash of the device's own secret; nil where it gives none.
    let device: [UInt8]?
    /// Words for the device, for the list of one's sign-ins.
    let words: String
    /// The hash of the link that came by letter; nil where none is shown.
    private let link: [UInt8]?

    /// What may tell the account's holder from everybody else at the place.
    var shown: [[UInt8]] { [device, link].compactMap(\.self) }

    init(_ call: Call, deviceKey: String?, link: Invitation.Key? = nil, behind proxies: Set<String>) {
        place = call.place(behind: proxies)
        device = deviceKey.map { call.keys.rateLimit.code(for: Array("device/\($0)".utf8)) }
        self.link = link?.hash
        words = DeviceWords(userAgent: call.header("User-Agent")).text
    }
}

extension JSONShape where Value == String {
    /// The secret by which a device is known again: 32 bytes of chance that it made itself, in base64url.
    static var deviceKey: Self {
        JSONShape<String>.line(43...43).map(
            or: "", code: "not_a_device_key", detail: "This must be 32 bytes of chance in base64url: 43 characters."
        ) { text in Base64URL.decode(text)?.count == 32 ? text : nil }
    }
}
