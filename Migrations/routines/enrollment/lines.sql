-- Where an enrollment stands, as a line of days, and what it may become. Only the first function looks into the tables.

-- Each step holds from its day until the next one's, the last without end.
create type access.step as (day date, status text, reason text);

create function access.line_of(practice uuid, enrollment uuid) returns access.step[] language sql stable as $$
    select coalesce(array_agg(row(lower(s.during), s.status, s.reason)::access.step order by s.during), '{}')
    from public.enrollment_spans s
    where s.practice_id = practice and s.enrollment_id = enrollment and upper_inf(s.recorded)
$$;
create function access.status_on(line access.step[], day date) returns text language sql immutable as $$
    select t.status from unnest(line) t where t.day <= status_on.day order by t.day desc limit 1
$$;
create function access.spans_of(line access.step[]) returns table (status text, during daterange, reason text)
    language sql immutable as $$
    select t.status, daterange(t.day, lead(t.day) over (order by t.day)), t.reason from unnest(line) t
$$;
-- Steps that say the same as the one before them say nothing.
create function access.told_once(line access.step[]) returns access.step[] language sql immutable as $$
    select coalesce(array_agg(row(t.day, t.status, t.reason)::access.step order by t.day), '{}')
    from (select u.*, lag(u.status) over w = u.status and lag(u.reason) over w is not distinct from u.reason as known
          from unnest(line) u window w as (order by u.day)) t
    where t.known is not true
$$;
-- The days with a seat, and those that are offered besides.
create function access.seat_of(line access.step[]) returns datemultirange language sql immutable as $$
    select coalesce(range_agg(s.during), '{}') from access.spans_of(line) s where public.has_seat(s.status)
$$;
create function access.offered_by(line access.step[]) returns datemultirange language sql immutable as $$
    select coalesce(range_agg(s.during), '{}') from access.spans_of(line) s where s.status = 'offered'
$$;

-- waitlisted -> offered -> active <-> paused -> completed | withdrawn | transferred; waitlisted, offered -> withdrawn
create function access.step_follows(former text, next text) returns boolean language sql immutable as $$
    select coalesce(case former
        when 'waitlisted' then next in ('offered', 'withdrawn')
        when 'offered' then next in ('active', 'withdrawn')
        when 'active' then next in ('paused', 'completed', 'withdrawn', 'transferred')
        when 'paused' then next in ('active', 'completed', 'withdrawn', 'transferred') end, false)
$$;
-- From one day to another there may be several steps: the last of a day is what is said of it.
create function access.steps_lead(former text, next text) returns boolean language sql immutable as $$
    with recursive reached (status) as (
        select former
        union
        select s from reached r,
            unnest('{waitlisted,offered,active,paused,completed,withdrawn,transferred}'::text[]) s
        where access.step_follows(r.status, s))
    select exists (select from reached r where r.status = next)
$$;
create function access.has_ended(line access.step[], today date) returns boolean language sql immutable as $$
    select coalesce(public.enrollment_has_ended(access.status_on(line, today)), false)
$$;

-- What a line becomes by a step: it replaces whatever was said of later days. A pause may have an end.
create function access.with_step(line access.step[], status text, starts date, until date, reason text)
    returns access.step[]
language sql immutable as $$
    select access.told_once(array_agg(row(t.day, t.status, t.reason)::access.step)) from (
        select t.day, t.status, t.reason from unnest(line) t
        where t.day < starts or (t.day = starts and t.status = with_step.status and with_step.reason is null)
        union all
        select starts, with_step.status, with_step.reason
        where case when with_step.reason is not null then true
                   when access.status_on(line, starts) = with_step.status then false
                   else access.status_on(line, starts - 1) is distinct from with_step.status end
        union all select until, 'active', null where until is not null) t
$$;

-- An end that is planned gives way to another.
create function access.without_planned_end(line access.step[], status text, starts date, reason text, today date)
    returns access.step[]
language sql immutable as $$
    select coalesce(array_agg(row(t.day, t.status, t.reason)::access.step order by t.day), line) from unnest(line) t
    where t.day <= today or t.status not in ('completed', 'withdrawn')
       or (t.day = starts and t.status = without_planned_end.status and without_planned_end.reason is null)
$$;

-- An offer of today leaves what is planned for later.
create function access.with_offer(line access.step[], today date) returns access.step[] language sql immutable as $$
    select access.told_once(array_agg(row(t.day, t.status, t.reason)::access.step)) from (
        select t.day, t.status, t.reason from unnest(line) t where t.day <> today
        union all select today, 'offered', null) t
$$;
