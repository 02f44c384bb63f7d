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
    update chart_closings t set ended = things, day = move_ends.day
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
        when thing ->> 'kind' in ('active', 'paused', 'waitlisted', 'offered')
            then access.move_enrollment(c, thing, day, at)
        when thing ->> 'kind' = 'couple' then access.move_couple(c, thing, day, at)
        when thing ->> 'kind' = 'guardianship' then access.move_guardianship(c, thing, day, at)
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

create function access.move_couple(c public.chart_closings, thing jsonb, day date, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare
    was constant daterange := (thing ->> 'was')::daterange; of_thing constant uuid := (thing ->> 'id')::uuid;
    cut record;
begin
    select * into cut from access.cut_by(c, thing);
    update couples u set during = was * daterange(null, least(day, cut.day)), version = u.version + 1
    where u.practice_id = c.practice_id and u.couple_id = of_thing and u.ended_at is not null
      and u.during = was * daterange(null, least(c.day, cut.day));
    if not found then return null; end if;
    perform access.move_beneath(c.practice_id, cut.closing_id, cut.place, was * daterange(null, day));
    perform access.note_ending(c.practice_id, 'couple.end', 'couple', of_thing, array(
        select m.client_id from couple_members m where m.practice_id = c.practice_id and m.couple_id = of_thing), at);
    return true;
end $$;

create function access.move_guardianship(c public.chart_closings, thing jsonb, day date, at timestamptz)
    returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare
    was constant daterange := (thing ->> 'was')::daterange; of_thing constant uuid := (thing ->> 'id')::uuid;
    cut record; stands daterange; moved daterange;
begin
    select * into cut from access.cut_by(c, thing);
    stands := was * daterange(null, least(c.day, cut.day));
    moved := was * daterange(null, least(day, cut.day));
    if not exists (
        select from guardianships r
        where r.practice_id = c.practice_id and r.guardianship_id = of_thing
          and r.ended_at is not null and r.during = stands)
    then
        return null;
    end if;
    perform access.move_beneath(c.practice_id, cut.closing_id, cut.place, was * daterange(null, day));
    -- What keeps its span is not changed, and has no history of it.
    if moved = stands then return true; end if;
    perform access.write_guardianship_history(c.practice_id, array[of_thing], at);
    update guardianships r
    set during = moved, recorded_at = at, recorded_by = access.account(), version = r.version + 1
    where r.practice_id = c.practice_id and r.guardianship_id = of_thing;
    return true;
end $$;

-- Of a thing that ended with one death, and of which a death that was recorded later and lies before took days more:
-- the place in that one's closing, and its day. It says there what it found, and gives that back when it is none.
create function access.cut_by(c public.chart_closings, thing jsonb)
returns table (closing_id uuid, place bigint, day date) language sql stable as $$
    select o.closing_id, e.place - 1, (e.thing ->> 'day')::date
    from access.people_of_thing(c, thing) p (client_id)
        join public.chart_closings o on o.practice_id = (c).practice_id and o.client_id = p.client_id
        cross join jsonb_array_elements(o.ended) with ordinality e (thing, place)
    where o.client_id <> (c).client_id and o.cause = 'died' and o.reopened_at is null
      and (e.thing ->> 'kind', e.thing ->> 'id') = (cut_by.thing ->> 'kind', cut_by.thing ->> 'id')
      and access.had_ended(e.thing) and (e.thing ->> 'was')::daterange = access.ended_span(cut_by.thing)
    order by o.closed_at desc limit 1
$$;

-- Where an end moves beneath another death, that one gives the thing this end when it is taken back.
create function access.move_beneath(practice uuid, closing uuid, place bigint, found daterange) returns void
language sql set search_path = public, access, pg_temp as $$
    update chart_closings o set ended = jsonb_set(o.ended, array[place::text, 'was'], to_jsonb(found))
    where o.practice_id = practice and o.closing_id = move_beneath.closing
$$;

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
    if thing ->> 'kind' not in ('active', 'paused', 'waitlisted', 'offered') then return; end if;
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
