import JSON
import Postgres
import Practice

extension PhaseStep {
    static func list(of phase: ID<Phase>, in practice: ID<Practice>) -> Query<[Details]> {
        .rows("\(selection(of: phase, in: practice)) order by s.created_at, s.phase_step_id", Details.init)
    }

    static func details(of step: ID<PhaseStep>, _ phase: ID<Phase>, in practice: ID<Practice>) -> Query<Details> {
        .row("\(selection(of: phase, in: practice)) and s.phase_step_id = \(step)", Details.init)
    }

    /// Makes nothing where the program has no such phase.
    static func insert(
        _ schedule: Schedule, _ request: Request, as step: ID<PhaseStep>, of phase: ID<Phase>, _ program: ID<Program>,
        in practice: ID<Practice>, at now: Instant
    ) -> Query<Int> {
        .run(
            """
            insert into phase_steps
                (practice_id, phase_step_id, phase_id, exercise_id, schedule, remind_minutes, created_by, created_at)
            select f.practice_id, \(step), f.phase_id, \(request.scheduled.exercise),
                \(JSONB(bytes: schedule.json.bytes)), \(request.scheduled.remindMinutes)::int, access.account(), \(now)
            from phases f
            where f.practice_id = \(practice) and f.program_id = \(program) and f.phase_id = \(phase)
            """)
    }

    /// Ends a step, if it is the one that was seen; what was made of it ends at the worker's next round.
    static func end(
        _ step: ID<PhaseStep>, of phase: ID<Phase>, _ program: ID<Program>, in practice: ID<Practice>, version: Int,
        at now: Instant
    ) -> Query<Int> {
        .run(
            """
            update phase_steps s set ended_at = \(now), version = s.version + 1 from phases f
            where s.practice_id = \(practice) and s.phase_step_id = \(step) and s.version = \(version)
              and s.ended_at is null and f.practice_id = s.practice_id and f.phase_id = s.phase_id
              and f.phase_id = \(phase) and f.program_id = \(program)
            """)
    }

    /// Assigns the steps of phases to the groups of these phases that do not have them yet, each once. A group's members
    /// have the exercise in its version of then.
    static func assignAll(of practice: ID<Practice>, at now: Instant) -> Query<Int> {
        .run(
            """
            insert into homework_assignments
                (practice_id, assignment_id, exercise_version_id, group_id, assigned_by, assigned_at, schedule, anchor,
                 skips_closures, ends_with_phase, phase_step_id, remind_minutes, plan_next)
            select s.practice_id, uuid_v7(\(now)), e.current_version_id, g.group_id, s.created_by, \(now), s.schedule,
                case s.schedule ->> 'repeats' when 'beforeMeetings' then 'meetings' when 'afterDone' then 'done'
                    when 'afterJoining' then 'joining' end,
                coalesce((s.schedule ->> 'skipClosures')::boolean, false),
                coalesce((s.schedule ->> 'untilPhaseEnds')::boolean, false), s.phase_step_id, s.remind_minutes, \(now)
            from phase_steps s join groups g using (practice_id, phase_id)
                join exercises e using (practice_id, exercise_id)
            where s.practice_id = \(practice) and s.ended_at is null and not exists (
                select from homework_assignments a
                where a.practice_id = s.practice_id and a.group_id = g.group_id and a.phase_step_id = s.phase_step_id)
            order by g.group_id, s.phase_step_id
            on conflict do nothing
            """)
    }

    private static func selection(of phase: ID<Phase>, in practice: ID<Practice>) -> SQL {
        """
        select s.phase_step_id, s.phase_id, s.exercise_id, s.schedule, s.remind_minutes, s.created_at, s.version
        from phase_steps s where s.practice_id = \(practice) and s.phase_id = \(phase) and s.ended_at is null
        """
    }
}
