import CLibPQ
import DequeModule

/// One connection. Belongs to the reactor's thread; nothing of it is touched from anywhere else.
final class Link {
    typealias Instant = ContinuousClock.Instant

    enum Phase {
        /// `PQconnectStart` has not returned yet.
        case starting
        case connecting
        case ready
        case dead
    }

    let id: Int
    let purpose: PostgresObservation.Purpose
    let began: Instant
    private(set) var phase = Phase.starting
    private(set) var flights: Deque<Flight> = []
    var cancellation = Cancellation()
    /// The server said in band that it ends the connection: what was not answered did not happen.
    private(set) var wasTerminated = false
    var connection: OpaquePointer?
    var statements: StatementCache
    private(set) var wasReady = false
    private let poller: Poller
    private unowned let owner: any LinkOwner
    private var socket: Int32 = -1
    private var interest: Poller.Interest = []
    private var isReadingPaused = false
    /// Rows of a stream that libpq has given out since the socket was last read.
    private var streamed: [ResultSet] = []
    /// Pipeline mode is left, for a script.
    var isPlain = false

    init(
        id: Int, purpose: PostgresObservation.Purpose, began: Instant, statements: Int, poller: Poller,
        owner: any LinkOwner
    ) {
        self.id = id
        self.purpose = purpose
        self.began = began
        self.statements = StatementCache(capacity: statements)
        self.poller = poller
        self.owner = owner
    }

    // MARK: Connecting

    func started(_ handle: Reactor.Handle) {
        connection = handle.pointer
        phase = .connecting
        if PQstatus(connection) == CONNECTION_BAD { return fail() }
        watch(.write)
    }

    private func pollConnecting() {
        // The socket may change from one step to the next, when the name has several addresses.
        poller.remove(socket)
        socket = -1
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_READING: watch(.read)
        case PGRES_POLLING_WRITING: watch(.write)
        case PGRES_POLLING_OK:
            guard PQenterPipelineMode(connection) == 1 else { return fail() }
            phase = .ready
            wasReady = true
            watch(.read)
            owner.linkIsReady(self)
        default: fail()
        }
    }

    // MARK: Sending

    /// Sends a segment with its `Sync`; false if the connection cannot take it, and nothing of it has an effect.
    func send(_ entry: WaitQueue<Segment>.Entry, _ now: Instant) -> Bool {
        let segment = entry.element
        guard segment.isPipelined else { return sendPlain(entry, now) }
        var steps: [SegmentProgress.Step] = []
        var isPlain = true
        for (index, statement) in segment.statements.enumerated() {
            // libpq streams only what is at the head at once, so nothing may be prepared before it.
            switch segment.isStream || !statement.isPrepared ? .unnamed : statements.use(statement.key) {
            case .ready(let name):
                guard execute(statement, name: name) else { return false }
            case .prepare(let name):
                if isPlain { steps = (0..<index).map { .execute($0) } }
                isPlain = false
                steps.append(.prepare(statement.key))
                guard prepare(statement, name: name), execute(statement, name: name) else { return false }
            case .unnamed:
                guard execute(statement, name: nil) else { return false }
            }
            if !isPlain { steps.append(.execute(index)) }
        }
        guard PQpipelineSync(connection) == 1 else { return false }
        let progress = isPlain ? SegmentProgress(statements: segment.statements.count) : SegmentProgress(steps: steps)
        if case .stream = segment.kind, PQsetSingleRowMode(connection) != 1 { return false }
        took(entry, progress, now)
        return true
    }

    func took(_ entry: WaitQueue<Segment>.Entry, _ progress: SegmentProgress, _ now: Instant) {
        flights.append(Flight(entry: entry, sent: now, reachedHead: now, progress: progress))
        flushed()
    }

    /// Whether the segment can be sent now: a stream must be read first, and what is not pipelined goes alone.
    func isFree(for segment: Segment) -> Bool {
        guard let head = flights.first else { return true }
        if case .stream(let buffer) = head.segment.kind, !buffer.isAbandoned { return false }
        if case .collect = segment.kind { return !isPlain }
        return false
    }

    private func prepare(_ statement: Statement, name: String) -> Bool {
        statement.bindings.withTypes { types, count in
            PQsendPrepare(connection, name, statement.text, count, types) == 1
        }
    }

    private func execute(_ statement: Statement, name: String?) -> Bool {
        statement.bindings.withParameters { count, types, values, lengths, formats in
            if let name {
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
            } else {
                PQsendQueryParams(connection, statement.text, count, types, values, lengths, formats, 1) == 1
            }
        }
    }

    /// Pushes out what libpq holds back, and asks to be told when the socket takes more.
    func flushed() {
        let isFull = PQflush(connection) == 1
        var wanted: Poller.Interest = isReadingPaused ? [] : .read
        if isFull { wanted.insert(.write) }
        watch(wanted)
    }

    private func watch(_ wanted: Poller.Interest) {
        if socket < 0 {
            socket = PQsocket(connection)
            guard socket >= 0 else { return fail() }
            poller.add(socket, wanted, token: id)
        } else if wanted != interest {
            poller.change(socket, wanted, token: id)
        }
        interest = wanted
    }

    // MARK: Receiving

    /// The socket can be read or written.
    func socketIsReady(_ now: Instant) {
        switch phase {
        case .connecting: pollConnecting()
        case .ready: receive(now)
        case .starting, .dead: break
        }
    }

    func receive(_ now: Instant) {
        let isAlive = PQconsumeInput(connection) == 1
        while phase == .ready, !flights.isEmpty, !isReadingPaused, PQisBusy(connection) == 0 {
            guard isPlain ? receivePlain(now) : receiveOne(now) else { return fail() }
            if streamed.count >= StreamBuffer.capacity { passOnRows() }
        }
        guard phase == .ready else { return }
        passOnRows()
        deliverNotifications()
        guard isAlive, PQstatus(connection) == CONNECTION_OK else { return fail() }
        flushed()
    }

    func resumeReading(_ now: Instant) {
        guard phase == .ready, isReadingPaused else { return }
        isReadingPaused = false
        receive(now)
    }

    private func passOnRows() {
        guard !streamed.isEmpty, case .stream(let buffer)? = flights.first?.segment.kind else { return }
        isReadingPaused = buffer.append(streamed)
        streamed.removeAll(keepingCapacity: true)
    }

    /// Takes one thing from libpq; false if the connection is of no use any more.
    private func receiveOne(_ now: Instant) -> Bool {
        guard let result = PQgetResult(connection) else {
            return PQstatus(connection) == CONNECTION_OK && act(flights[0].progress.receive(.endOfStep), nil, now)
        }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            return act(flights[0].progress.receive(.result), ResultSet(result), now)
        case PGRES_SINGLE_TUPLE:
            streamed.append(ResultSet(result))
            return true
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return act(flights[0].progress.receive(.sync), nil, now)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return act(flights[0].progress.receive(.aborted), nil, now)
        case PGRES_FATAL_ERROR:
            defer { PQclear(result) }
            guard let failure = ServerFailure(result) else { return false }
            if failure.endsConnection {
                wasTerminated = true
                return false
            }
            return act(flights[0].progress.receive(.failure(failure.error)), nil, now)
        default:
            PQclear(result)
            return false
        }
    }

    private func act(_ action: SegmentProgress.Action, _ result: ResultSet?, _ now: Instant) -> Bool {
        switch action {
        case .none: return true
        case .keep:
            if let result, !flights[0].segment.isStream { keep(result) }
            return true
        case .prepared(let key):
            statements.prepared(key)
            return true
        case .notPrepared(let key):
            statements.forget(key)
            return true
        case .finished(let error):
            finishHead(error, now)
            return true
        case .desynchronized: return false
        }
    }

    func finishHead(_ error: PostgresError?, _ now: Instant) {
        passOnRows()
        isReadingPaused = false
        let flight = flights.removeFirst()
        if !flights.isEmpty { flights[0].reachedHead = now }
        owner.link(self, finished: flight, error)
    }

    func keep(_ result: ResultSet) {
        flights[0].results.append(result)
    }

    func note(_ error: PostgresError) {
        flights[0].failure = flights[0].failure ?? error
    }

    private func deliverNotifications() {
        while let notification = PQnotifies(connection) {
            defer { PQfreemem(notification) }
            let value = notification.pointee
            owner.link(
                self, notifiedOn: String(cString: value.relname), payload: String(cString: value.extra),
                by: value.be_pid)
        }
    }

    // MARK: Ending

    func markHeadTimedOut() {
        flights[0].timedOut = true
    }

    /// Ends the connection and tells the owner, once.
    func fail() {
        guard phase != .dead else { return }
        let unanswered = Array(flights)
        close()
        owner.link(self, lost: unanswered)
    }

    /// Ends the connection without a word.
    func close() {
        guard phase != .dead else { return }
        phase = .dead
        flights = []
        if socket >= 0 { poller.remove(socket) }
        if let connection { PQfinish(connection) }
        connection = nil
    }
}
