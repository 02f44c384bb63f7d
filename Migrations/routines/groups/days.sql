-- Days of a group: on its own calendar, by its rule, and the first one that somebody attends.

-- The day in a group: on the calendar of its own time zone.
create function access.day_in(practice uuid, grp uuid, at timestamptz) returns date language sql stable as $$
    select (day_in.at at time zone g.time_zone)::date from public.groups g where g.practice_id = practice
        and g.group_id = grp
$$;
-- The same, today, as a request may ask it of a group that it does not see.
create function access.today_in(grp uuid) returns date
language sql stable security definer set search_path = public, access, pg_temp as $$
    select access.day_in(access.practice(), grp, access.at())
$$;
grant execute on function access.today_in to cairn_server, cairn_worker;

-- The first day from one on that the rule of a group has, and on which the practice is open.
create function access.day_by_rule(g public.groups, day date) returns date language plpgsql stable as $$
declare
    every_time constant text := regexp_replace(g.recurrence, ';INTERVAL=\d+', '');
    beginning date := g.starts_on;
    found date;
begin
    while not public.rule_takes(every_time, beginning, beginning) and beginning < g.starts_on + 400 loop
        beginning := beginning + 1;
    end loop;
    found := greatest(day, beginning);
    for n in 0..2500 loop
        if public.rule_takes(g.recurrence, beginning, found)
            and not exists (select from public.closures c where c.practice_id = g.practice_id and c.during @> found)
        then
            return found;
        end if;
        found := found + 1;
    end loop;
    return null;
end $$;

-- The day of the first meeting that somebody would attend who begins on a day: the next one there is, else by the rule.
create function access.first_meeting_on(practice uuid, grp uuid, day date) returns date language sql stable as $$
    select coalesce(
        (select min((m.starts_at at time zone g.time_zone)::date) from public.meetings m
         where m.practice_id = practice and m.group_id = grp and not m.cancelled
           and m.starts_at >= first_meeting_on.day::timestamp at time zone g.time_zone),
        access.day_by_rule(g, first_meeting_on.day),
        first_meeting_on.day)
    from public.groups g where g.practice_id = practice and g.group_id = grp
$$;
