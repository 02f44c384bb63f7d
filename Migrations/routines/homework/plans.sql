-- When the worker has to look at an assignment again: its plan_next is put back to long ago, and by a day more where
-- all of it is made (public.makes_more). Whoever changes something of this waits for a worker that holds the
-- assignment, and the worker waits for nobody: it skips what is held.

-- Several of them are held in the order of their ids, whatever it is that changes.
create function access.plan_anew(practice uuid, assignments uuid[]) returns void language plpgsql as $$
begin
    perform from public.homework_assignments a
    where a.practice_id = practice and a.assignment_id = any (assignments) and a.ended_at is null
    order by a.assignment_id for no key update;
    update public.homework_assignments a
    set plan_next = case when public.makes_more(a.plan_next) then '2000-01-01Z' else '1999-12-31Z' end::timestamptz
    where a.practice_id = practice and a.assignment_id = any (assignments) and a.ended_at is null;
end $$;

-- Whoever gives homework holds whom it is given to, and the practice where it heeds closures: a change of seats, of a
-- couple or of closures that is under way just now is over before the pieces are made, or finds the assignment and has
-- it gone through again.
create function access.assignment_holds_its_unit() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if new.skips_closures then
        perform from practices p where p.practice_id = new.practice_id for share;
    end if;
    perform from groups g where g.practice_id = new.practice_id and g.group_id = new.group_id for share;
    perform from clients c where c.practice_id = new.practice_id and c.client_id = new.client_id for share;
    perform from couples c where c.practice_id = new.practice_id and c.couple_id = new.couple_id for share;
    if exists (select from couples c
               where c.practice_id = new.practice_id and c.couple_id = new.couple_id and c.ended_at is not null)
    then
        raise exception 'nobody_to_assign_to' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger holds_its_unit before insert on public.homework_assignments
    for each row execute function access.assignment_holds_its_unit();

create function access.plan_group_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and (a.group_id = new.group_id
               or (a.ends_with_phase and (a.client_id = new.client_id or a.couple_id in (
                   select m.couple_id from couple_members m where m.practice_id = new.practice_id
                       and m.client_id = new.client_id))))));
    return null;
end $$;
-- Who joins gets what is still ahead; who pauses gets none of these days; who leaves has nothing more to come.
create trigger plan_homework after insert on public.enrollment_spans for each row
    when (public.has_seat(new.status)) execute function access.plan_group_homework();
create trigger plan_homework_anew after update of recorded on public.enrollment_spans for each row
    when (public.has_seat(new.status)) execute function access.plan_group_homework();

-- Who is a client no more gets no more, nor does a couple that has ended.
create function access.plan_client_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and a.client_id = new.client_id));
    return null;
end $$;
create trigger plan_homework after update of status on public.clients for each row
    when (old.status <> new.status) execute function access.plan_client_homework();
create function access.plan_couple_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and a.couple_id = new.couple_id));
    return null;
end $$;
create trigger plan_homework after update of during on public.couple_members for each row
    when (old.during <> new.during) execute function access.plan_couple_homework();

-- All rows are touched, those too that have their turn anyway: the worker may hold one of them, and has read the
-- meetings before this change.
create function access.plan_meeting_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(coalesce(new.practice_id, old.practice_id), array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = coalesce(new.practice_id, old.practice_id)
            and a.group_id = coalesce(new.group_id, old.group_id)
          and a.anchor = 'meetings'));
    return null;
end $$;
create trigger plan_homework after insert or update of starts_at, cancelled or delete on public.meetings
    for each row execute function access.plan_meeting_homework();

create function access.plan_appointment_homework() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and a.anchor = 'appointments'
            and (a.client_id = new.client_id or a.couple_id = new.couple_id or a.group_id = new.group_id
               or a.client_id in (select m.client_id from couple_members m where m.practice_id = new.practice_id
                   and m.couple_id = new.couple_id))));
    return null;
end $$;
create trigger plan_homework after insert or update of starts_at on public.appointments
    for each row execute function access.plan_appointment_homework();

create function access.plan_homework_around_closures() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(coalesce(new.practice_id, old.practice_id), array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = coalesce(new.practice_id, old.practice_id) and a.skips_closures));
    return null;
end $$;
create trigger plan_homework after insert or update of during or delete on public.closures
    for each row execute function access.plan_homework_around_closures();

create function access.plan_homework_with_exceptions() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(coalesce(new.practice_id, old.practice_id), array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = coalesce(new.practice_id, old.practice_id)
            and a.assignment_id = coalesce(new.assignment_id, old.assignment_id)));
    return null;
end $$;
create trigger plan_homework after insert or delete on public.homework_exceptions
    for each row execute function access.plan_homework_with_exceptions();

-- The next of a chain is made when one is handed in, or taken back.
create function access.plan_next_of_chain() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and a.assignment_id = new.assignment_id));
    return null;
end $$;
create trigger plan_next after update of state on public.homework for each row
    when (new.chained and new.state in ('submitted', 'withdrawn') and new.state <> old.state)
        execute function access.plan_next_of_chain();

-- What was withdrawn with all that follows, while the worker was making just that.
create trigger plan_no_next after update of stops on public.homework for each row
    when (new.stops and not old.stops) execute function access.plan_next_of_chain();

-- A step that a phase has no more ends what was made of it.
create function access.plan_steps_anew() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.plan_anew(new.practice_id, array(
        select a.assignment_id from homework_assignments a
        where a.practice_id = new.practice_id and a.phase_step_id = new.phase_step_id));
    return null;
end $$;
create trigger plan_homework after update of ended_at on public.phase_steps for each row
    when (new.ended_at is not null and old.ended_at is null) execute function access.plan_steps_anew();

-- Pieces of an assignment that something hangs on although nobody has begun them: the worker takes none of them away.
create function access.homework_in_use(practice uuid, assignment uuid) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select h.homework_id from homework h
    where access.action() = 'homework.plan' and practice = access.practice()
      and h.practice_id = practice and h.assignment_id = assignment and h.state = 'assigned'
      and (exists (select from homework_draft_fields f where f.practice_id = h.practice_id
          and f.homework_id = h.homework_id)
        or exists (select from homework_answers a where a.practice_id = h.practice_id and a.homework_id = h.homework_id)
        or exists (select from attachments t where t.practice_id = h.practice_id and t.homework_id = h.homework_id)
        or exists (select from homework_comments c where c.practice_id = h.practice_id
            and c.homework_id = h.homework_id)
        or exists (select from outbox o where o.practice_id = h.practice_id and o.homework_id = h.homework_id));
end;
grant execute on function access.homework_in_use to cairn_worker;

-- The practices with something to do: the worker asks before it enters.
create function access.practices_with_homework_to_plan(at timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select distinct a.practice_id from homework_assignments a where a.plan_next <= at
    union
    select s.practice_id from phase_steps s join groups g using (practice_id, phase_id)
    where s.ended_at is null and not exists (
        select from homework_assignments a where a.practice_id = s.practice_id and a.group_id = g.group_id
            and a.phase_step_id = s.phase_step_id);
end;
grant execute on function access.practices_with_homework_to_plan to cairn_worker;

create function access.practices_with_homework_to_remind(at timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select distinct h.practice_id from homework h where h.remind_at <= at;
end;
grant execute on function access.practices_with_homework_to_remind to cairn_worker;
