import Postgres
import Practice
import Synchronization
import TestSupport
import Testing
import WebAPI

@testable import Cairn

/// Jobs: at least once, by one worker at a time, whoever dies.
@Suite struct JobQueueTests {
    @Test func `workers beside each other do every job, and none twice`() async throws {
        try await withMailRoom { room in
            var letters: [ID<Letter>] = []
            for person in room.world.mesa.everyone.prefix(9) { letters.append(try await room.letter(to: person)) }
            await withTaskGroup { group in
                for _ in 0..<4 {
                    let queue = room.anotherQueue()
                    group.addTask { while await queue.doOne() {} }
                }
            }
            let ids = try room.sendmail.taken().compactMap { $0.firstMatch(of: /Message-ID: <([^@]*)@/) }
            #expect(ids.count == 9 && Set(ids.map { String($0.1) }) == Set(letters.map(\.description)))
        }
    }

    @Test func `a job that a dead worker holds is taken when its lease is over, and not before`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            let taken = try await take(room)
            #expect(taken?.attempt == 1 && taken?.subjectID?.uuid == letter.uuid)
            #expect(try await take(room) == nil)
            try await room.world.advance(by: JobQueue.lease - .seconds(1))
            #expect(try await take(room) == nil)
            try await room.world.advance(by: .seconds(1))
            #expect(try await take(room)?.attempt == 2)
        }
    }

    @Test func `who comes back when the lease is over can neither enter nor end the job`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            let late = try #require(try await take(room))
            try await room.world.advance(by: JobQueue.lease)
            let error = await #expect(throws: PostgresError.self) { try await enter(late, room) }
            #expect(error?.refusal?.raisedCode == "lease_is_over")
            let next = try #require(try await take(room))
            #expect(try await room.worker.pipeline(late.done(at: room.world.clock.now)) == 0)
            #expect(try await room.job(letter) == "waiting 2")
            #expect(try await room.worker.pipeline(next.done(at: room.world.clock.now)) == 1)
            #expect(try await room.job(letter) == "done 2")
        }
    }

    @Test func `a job that takes its worker with it each time is dead in the end`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            for _ in 0..<4 {
                #expect(try await take(room) != nil)
                try await room.world.advance(by: JobQueue.lease)
            }
            await room.work()
            #expect(try await room.job(letter) == "dead 5 worker_died")
            #expect(try room.sendmail.starts() == 0)
        }
    }

    @Test func `work that throws is tried again, and its code is no text of anybody's`() async throws {
        try await withMailRoom { room in
            let letter = try await room.letter(to: room.world.mesa.counselor)
            try await room.change("alter table outbox disable trigger state_follows")
            try await room.change("update outbox set sealed = '\\x0102'")
            await room.work()
            #expect(try await room.job(letter) == "waiting 1 internal")
            #expect(try await room.state(letter) == "waiting")
        }
    }

    @Test func `a worker that runs is woken by the letter's commit`() async throws {
        try await withMailRoom { room in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await room.queue.run() }
                var letters: [ID<Letter>] = []
                for person in [room.world.mesa.counselor, room.world.mesa.owner] {
                    letters.append(try await room.letter(to: person))
                }
                for letter in letters { try await until { try await room.job(letter) == "done 1" } }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try room.sendmail.taken().count == 2)
        }
    }

    @Test func `the metrics show how far behind jobs are, how many wait, and how many are dead`() async throws {
        try await withMailRoom { room in
            for person in [room.world.mesa.counselor, room.world.mesa.owner, room.world.mesa.admin] {
                _ = try await room.letter(to: person)
            }
            try await room.change(
                """
                update jobs set state = 'dead', ended_at = created_at
                where job_id = (select letter_id from outbox where account_id = \(room.world.mesa.admin.accountID))
                """)
            try await room.change(
                """
                update jobs set run_at = run_at + interval '1 day'
                where job_id = (select letter_id from outbox where account_id = \(room.world.mesa.owner.accountID))
                """)
            try await room.world.advance(by: .seconds(90))
            let telemetry = Telemetry()
            let kinds = ["outbox.send", "other.work"]
            try await Job.measureQueue(room.worker, kinds, telemetry, room.world.surroundings).work()
            let metrics = telemetry.registry.exposition()
            for line in [
                "cairn_job_lag_seconds{job=\"outbox.send\"} 90.0", "cairn_jobs_waiting{job=\"outbox.send\"} 2.0",
                "cairn_jobs_dead{job=\"outbox.send\"} 1.0", "cairn_jobs_dead{job=\"other.work\"} 0.0",
            ] {
                #expect(metrics.contains(line + "\n"))
            }
        }
    }

    @Test func `an event has one job`() async throws {
        try await withMailRoom { room in
            _ = try await room.letter(to: room.world.mesa.counselor)
            let again: SQL = """
                insert into jobs (practice_id, job_id, kind, key, ids, run_at, created_at)
                select practice_id, gen_random_uuid(), kind, key, ids, run_at, created_at from jobs
                """
            let error = await #expect(throws: PostgresError.self) { try await room.change(again) }
            #expect(error?.refusal?.constraint == "jobs_once_per_event")
            let copy = await #expect(throws: PostgresError.self) {
                try await room.change(
                    """
                    insert into outbox (practice_id, letter_id, event, account_id, sealed, state_since, created_at, expires_at)
                    select practice_id, gen_random_uuid(), event, account_id, sealed, state_since, created_at, expires_at
                    from outbox
                    """)
            }
            #expect(copy?.refusal?.constraint == "outbox_once_per_event")
        }
    }

    @Test func `the wait doubles, up to a limit, and jitter takes off half at most`() {
        let retries = Retries()
        #expect((1...4).map { retries.wait(after: $0, jitter: 0) } == [30, 60, 120, 240].map(Duration.seconds))
        #expect(retries.wait(after: 1, jitter: 1) == .seconds(15))
        #expect(retries.wait(after: 100, jitter: 0) == .seconds(14_400))
    }

    private func until(_ holds: () async throws -> Bool) async throws {
        #expect(try await Patience.until(holds), "it never came")
    }

    private func take(_ room: MailRoom) async throws -> TakenJob? {
        let now = room.world.clock.now
        return try await room.worker.pipeline(
            TakenJob.take(
                lease: room.world.surroundings.id(), until: now + JobQueue.lease, kinds: ["outbox.send"], at: now))
    }

    private func enter(_ job: TakenJob, _ room: MailRoom) async throws {
        _ = try await room.worker.pipeline(room.entry().job(job))
    }
}
