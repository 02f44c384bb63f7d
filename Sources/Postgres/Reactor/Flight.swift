extension Link {
    /// A segment on its way: sent, not yet answered.
    struct Flight {
        let entry: WaitQueue<Segment>.Entry
        let sent: Instant
        /// When the server turned to it: nothing else was before it on the connection.
        var reachedHead: Instant
        var progress: SegmentProgress
        var results: [ResultSet] = []
        var timedOut = false
        /// What went wrong in a script; a pipelined segment keeps its failure in `progress`.
        var failure: PostgresError?

        var segment: Segment { entry.element }
    }
}

/// Who is told what happens on a link.
protocol LinkOwner: AnyObject {
    func linkIsReady(_ link: Link)
    func link(_ link: Link, finished flight: Link.Flight, _ error: PostgresError?)
    func link(_ link: Link, lost unanswered: [Link.Flight])
    func link(_ link: Link, notifiedOn channel: String, payload: String, by process: Int32)
}
