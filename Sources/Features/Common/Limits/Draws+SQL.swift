import Postgres
import Practice
import WebAPI

extension Call {
    /// Draws from a bucket. The draw counts when its transaction commits, whatever comes of the request.
    ///
    /// - Parameter isTold: whether the answer tells how much is left. Of what others draw from too, it must not.
    func draw(_ bucket: Bucket, isTold: Bool = true) -> Query<Draw> {
        let hash = keys.rateLimit.code(for: Array(bucket.name.utf8))
        return draw(bucket, "\(hash)", isTold: isTold)
    }

    /// Draws from a bucket that the caller's account has to itself, whichever sign-in it comes with. Who that is the
    /// database knows once the request has entered: this goes behind the door.
    func drawOfCaller(_ bucket: Bucket) -> Query<Draw> {
        let hash = keys.rateLimit.code(for: Array(bucket.name.utf8))
        return draw(
            bucket, "sha256(\(hash)::bytea || uuid_send(access.practice()) || uuid_send(access.account()))",
            isTold: true)
    }

    private func draw(_ bucket: Bucket, _ key: SQL, isTold: Bool) -> Query<Draw> {
        .row(
            """
            select remaining, resets_at
            from access.draw(\(key), \(Int32(bucket.limit.most)),
                make_interval(secs => \(Double(bucket.limit.seconds))), \(now))
            """
        ) { row in
            let draw = Draw(limit: bucket.limit, remaining: try row.next(), resetsAt: try row.next())
            if isTold { tell(draw.state(at: now)) }
            return draw
        }
    }
}
