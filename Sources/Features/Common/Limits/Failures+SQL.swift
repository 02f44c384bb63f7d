import Postgres
import Practice
import WebAPI

extension Failures.Full {
    /// Reads what the database says of a full bucket; nil where there is none.
    init?(_ row: inout Row) throws {
        let (most, end) = (try row.next(Int32?.self), try row.next(Instant?.self))
        guard let most, let end else { return nil }
        self.init(most: Int(most), resetsAt: end)
    }
}

extension Call {
    /// The failures of one bucket.
    func failures(_ bucket: Bucket) -> Query<Failures> {
        let hash = keys.rateLimit.code(for: Array(bucket.name.utf8))
        let limits = [bucket.limit]
        return .row(
            """
            select f.allowed, f.resets_at, access.tries_left(\([hash]), \(limits.most), \(limits.seconds), \(now))
            from (select) one
                left join access.full_bucket(\([hash]), \(limits.most), \(limits.seconds), \(now)) f on true
            """
        ) { row in try Failures([hash], limits, saidIn: &row, self) }
    }

    /// Tells how many failures a bucket still takes, where nothing failed.
    func left(in bucket: Bucket) -> Query<Void> {
        let hash = keys.rateLimit.code(for: Array(bucket.name.utf8))
        let limits = [bucket.limit]
        return .row("select access.tries_left(\([hash]), \(limits.most), \(limits.seconds), \(now))") { row in
            if let left = LimitState(saidBy: try row.next([Int32]?.self)) { tell(left) }
        }
    }

    /// Counts a failed try, and says which limit it was beyond.
    func counting(_ failures: Failures) -> Query<[Failures.Full]> {
        .rows(
            """
            select allowed, resets_at
            from access.count_failure(\(failures.buckets), \(failures.most), \(failures.seconds), \(now))
            """
        ) { row in
            Failures.Full(most: Int(try row.next(Int32.self)), resetsAt: try row.next())
        }
    }

    /// Refuses the transaction where there are too many failures by now.
    func refuseBeyond(_ failures: Failures) -> Query<Int> {
        .run(
            """
            select from access.refuse_beyond(\(failures.buckets), \(failures.most), \(failures.seconds), \(now))
            """)
    }
}

extension Origin {
    /// The failures with codes of a second factor of an account.
    func secondFactorFailures(of account: ID<Account>, in practice: ID<Practice>, _ limits: Limits, _ call: Call)
        -> Query<Failures>
    {
        let limits = [limits.secondFactorsByAccount, limits.secondFactorsByAccountAnywhere]
        return .row(
            """
            select buckets, allowed, resets_at, left_over
            from access.try_second_factor(
                \(practice), \(account), \(place), \(shown), \(limits.most), \(limits.seconds), \(call.now))
            """
        ) { row in
            let buckets = try row.next([[UInt8]].self)
            return try Failures(buckets, limits, saidIn: &row, call)
        }
    }
}
