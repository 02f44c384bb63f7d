-- What becomes of what a death ended when its day was wrong: all of it ends on the day that is right, as far as nobody
-- has changed it since (decision 0044). What ended of a thing, and what it was before, stands in the closing.

-- Moves the ends of a death to another day, and says in the closing what could not be moved; the desk is told of that.
create function access.move_ends(practice uuid, client uuid, day date, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare c chart_closings; thing jsonb; things jsonb := '[]'; is_moved boolean; some_stay boolean := false;
begin
    select * into c from chart_closings t
    where t.practice_id = practice and t.client_id = move_ends.client and t.cause = 'died' and t.reopened_at is null
        and t.taken_back_at is null
    for update;
    if not found or c.day = day then return; end if;
    update chart_closings t set day = move_ends.day where t.practice_id = practice and t.closing_id = c.closing_id;
    for thing in select jsonb_array_elements(c.ended) loop
        -- What could not be moved the last time ends on another day than the rest.
        c.day := (thing ->> 'day')::date;
        is_moved := access.end_is_moved(c, thing, day, at);
        some_stay := some_stay or coalesce(not is_moved, false);
        things := things || case
            when is_moved then thing - 'stayed' || jsonb_build_object('day', day)
            when not is_moved then thing || '{"stayed": true}'
            else thing end;
    end loop;
    update chart_closings t set ended = things
    where t.practice_id = practice and t.closing_id = c.closing_id;
    if some_stay then
        perform access.tell_desk(practice, client, 'client_died', at);
    end if;
end $$;

-- Whether the end of one thing was moved; null where it has no day, or where somebody has changed it since.
create function access.end_is_moved(c public.chart_closings, thing jsonb, day date, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    return case
        when enrollment_goes_on(thing ->> 'kind')
            then access.move_enrollment(c, thing, day, at)
        when thing ->> 'kind' in ('couple', 'guardianship')
            then coalesce(access.span_follows(c.practice_id, thing ->> 'kind', (thing ->> 'id')::uuid, at), true)
        when thing ->> 'kind' = 'homework' then access.move_homework(c, thing, day, at)
        when thing ->> 'kind' = 'appointment' then access.move_appointment(c, thing, day, at) end;
exception when exclusion_violation or sqlstate 'PC409' then
    return false; -- Somebody else has the seat by then, is in another couple, or guards in another way.
end $$;

create function access.move_enrollment(c public.chart_closings, thing jsonb, day date, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare
    was constant access.step[] := array(select s from jsonb_populate_recordset(null::access.step, thing -> 'was') s);
    all_of constant text[] := '{active,paused,waitlisted,offered}';
    reason constant text := access.reason_of('died');
    e enrollments; line access.step[]; next access.step[]; gained datemultirange; today date;
begin
    select * into e from enrollments t
    where t.practice_id = c.practice_id and t.enrollment_id = (thing ->> 'id')::uuid for no key update;
    line := access.line_of(e.practice_id, e.enrollment_id);
    if not found or line is distinct from access.line_ended(was, all_of, c.day, reason) then return null; end if;
    next := access.line_ended(was, all_of, day, reason);
    if next = line then return true; end if;
    gained := access.seat_of(next) - access.seat_of(line);
    if access.placement_conflict(e.practice_id, e.client_id, e.group_id, gained, at) is not null then
        return false;
    end if;
    today := access.day_in(e.practice_id, e.group_id, at);
    perform access.rewrite(e, line, next, today, at), access.offer_what_is_free(e, line, next, today, at);
    return true;
end $$;

-- Homework whose time was over before the day that is right was missed, as it was before.
create function access.move_homework(c public.chart_closings, thing jsonb, day date, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    update homework h set state = thing ->> 'was', version = h.version + 1
    where h.practice_id = c.practice_id and h.homework_id = (thing ->> 'id')::uuid and h.state = 'withdrawn'
      and h.closes_at <= least(at, access.day_begins(c.practice_id, day)) and thing ->> 'was' is not null;
    return case when found then true end;
end $$;
create function access.move_appointment(c public.chart_closings, thing jsonb, day date, at timestamptz)
    returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    update appointments p set cancelled_at = null, version = p.version + 1
    where p.practice_id = c.practice_id and p.appointment_id = (thing ->> 'id')::uuid
      and p.cancelled_at = access.ended_with(c, thing)
      and p.starts_at <= least(at, access.day_begins(c.practice_id, day + 1));
    return case when found then true end;
end $$;

-- A death that was none: what it said of a seat that stays free is said no more.
create function access.unsay_death(c public.chart_closings, thing jsonb, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare e enrollments; line access.step[]; next access.step[];
begin
    if not enrollment_goes_on(thing ->> 'kind') then return; end if;
    select * into e from enrollments t
    where t.practice_id = c.practice_id and t.enrollment_id = (thing ->> 'id')::uuid for no key update;
    line := access.line_of(e.practice_id, e.enrollment_id);
    next := array(
        select row(t.day, t.status, case when t.reason = access.reason_of('died')
            then access.reason_of('mistaken') else t.reason end)::access.step from unnest(line) t order by t.day);
    if next is distinct from line then
        perform access.rewrite(e, line, next, access.day_in(e.practice_id, e.group_id, at), at);
    end if;
end $$;
