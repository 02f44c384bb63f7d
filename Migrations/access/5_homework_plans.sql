-- When the worker has to look at an assignment again: its plan_next is put back to long ago. Whoever changes something of
-- this waits for a worker that holds the assignment, and the worker waits for nobody: it skips what is held.

create function access.plan_group_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = new.practice_id and a.ended_at is null
      and (a.group_id = new.group_id or (a.ends_with_phase and a.client_id = new.client_id));
    return null;
end $$;
-- Who joins gets what is still ahead; who leaves has nothing more to come.
drop trigger if exists plan_homework on public.enrollments;
create trigger plan_homework after insert on public.enrollments for each row
    when (not isempty(new.seat)) execute function access.plan_group_homework();
drop trigger if exists plan_homework_anew on public.enrollments;
create trigger plan_homework_anew after update of seat on public.enrollments for each row
    when (old.seat is distinct from new.seat) execute function access.plan_group_homework();

create function access.plan_meeting_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = coalesce(new.practice_id, old.practice_id) and a.group_id = coalesce(new.group_id, old.group_id)
      and a.anchor = 'meetings' and a.ended_at is null and a.plan_next is distinct from '2000-01-01';
    return null;
end $$;
drop trigger if exists plan_homework on public.meetings;
create trigger plan_homework after insert or update of starts_at, cancelled or delete on public.meetings
    for each row execute function access.plan_meeting_homework();

create function access.plan_appointment_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = new.practice_id and a.anchor = 'appointments' and a.ended_at is null
      and (a.client_id = new.client_id or a.couple_id = new.couple_id or a.group_id = new.group_id
           or a.client_id in (select m.client_id from couple_members m where m.practice_id = new.practice_id and m.couple_id = new.couple_id));
    return null;
end $$;
drop trigger if exists plan_homework on public.appointments;
create trigger plan_homework after insert or update of starts_at on public.appointments
    for each row execute function access.plan_appointment_homework();

create function access.plan_homework_around_closures() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = coalesce(new.practice_id, old.practice_id) and a.skips_closures and a.ended_at is null;
    return null;
end $$;
drop trigger if exists plan_homework on public.closures;
create trigger plan_homework after insert or update of during or delete on public.closures
    for each row execute function access.plan_homework_around_closures();

create function access.plan_homework_with_exceptions() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = coalesce(new.practice_id, old.practice_id) and a.assignment_id = coalesce(new.assignment_id, old.assignment_id)
      and a.ended_at is null;
    return null;
end $$;
drop trigger if exists plan_homework on public.homework_exceptions;
create trigger plan_homework after insert or delete on public.homework_exceptions
    for each row execute function access.plan_homework_with_exceptions();

-- The next of a chain is made when one is handed in.
create function access.plan_next_of_chain() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update homework_assignments a set plan_next = '2000-01-01'
    where a.practice_id = new.practice_id and a.assignment_id = new.assignment_id and a.ended_at is null;
    return null;
end $$;
drop trigger if exists plan_next on public.homework;
create trigger plan_next after update of state on public.homework for each row
    when (new.chained and new.state = 'submitted' and old.state <> 'submitted') execute function access.plan_next_of_chain();

-- The practices with something to do: the worker asks before it enters.
create function access.practices_with_homework_to_plan(at timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select distinct a.practice_id from homework_assignments a where a.plan_next <= at
    union
    select s.practice_id from phase_steps s join groups g using (practice_id, phase_id)
    where s.ended_at is null and not exists (
        select from homework_assignments a where a.practice_id = s.practice_id and a.group_id = g.group_id and a.phase_step_id = s.phase_step_id);
end;

create function access.practices_with_homework_to_remind(at timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select distinct h.practice_id from homework h where h.remind_at <= at;
end;
