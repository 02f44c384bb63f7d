-- How long a couple or a guardianship lasts: until the day that was said, and no longer than those live whom it is
-- between. Its span is made anew whenever one of these changes, so that the order in which they became known is no
-- matter (decision 0051).

-- What lasts from a day until the first of some days. What was to end before it began has never been: it is empty.
create function access.span(first date, variadic ends date[]) returns daterange
language sql immutable parallel safe as $$
    select daterange(first, case when min(e.day) is not null then greatest(first, min(e.day)) end)
    from unnest(ends) e (day)
$$;

-- Whose chart an account is that has one: also where a merge of two charts that stands has left the survivor the other
-- account of the two.
create function access.client_of(a public.accounts) returns uuid language sql stable as $$
    select coalesce((a).client_id, (
        select g.survivor_id
        from public.client_merge_moves m join public.client_merges g using (practice_id, merge_id)
        where m.practice_id = (a).practice_id and m.table_name = 'public.accounts' and m.column_name = 'client_id'
          and m.key ->> 'account_id' = (a).account_id::text and g.reversed_at is null
        order by g.merged_at desc limit 1))
$$;

-- Between whom it is: the partners; who is guarded, and who guards, where that is somebody in care too.
create function access.people_of(u public.couples) returns uuid[] language sql stable as $$
    select array(select m.client_id from public.couple_members m
        where m.practice_id = (u).practice_id and m.couple_id = (u).couple_id)
$$;
create function access.people_of(r public.guardianships) returns uuid[] language sql stable as $$
    select array(
        select (r).client_id
        union
        select access.client_of(a)
        from public.guardians g join public.accounts a on a.practice_id = g.practice_id and a.account_id = g.account_id
        where g.practice_id = (r).practice_id and g.guardian_id = (r).guardian_id
          and access.client_of(a) is not null)
$$;

-- The couples and guardianships that a client is or was one of.
create function access.couples_of(practice uuid, client uuid) returns uuid[] language sql stable as $$
    select array(select m.couple_id from public.couple_members m
        where m.practice_id = practice and m.client_id = client order by m.couple_id)
$$;
create function access.guardianships_of(practice uuid, client uuid) returns uuid[] language sql stable as $$
    select array(
        select r.guardianship_id from public.guardianships r where r.practice_id = practice and r.client_id = client
        union
        select r.guardianship_id
        from (
            select a.account_id from public.accounts a where a.practice_id = practice and a.client_id = client
            union
            select (m.key ->> 'account_id')::uuid
            from public.client_merges c join public.client_merge_moves m using (practice_id, merge_id)
            where c.practice_id = practice and c.survivor_id = client and c.reversed_at is null
              and m.table_name = 'public.accounts' and m.column_name = 'client_id') own
            join public.guardians g on g.practice_id = practice and g.account_id = own.account_id
            join public.guardianships r on r.practice_id = practice and r.guardian_id = g.guardian_id
        order by 1)
$$;

-- On which day the first of the people died whom something is between, as far as is known. A death that was none, of
-- who is said to have left, counts for what it ended until the chart is open again.
create function access.first_death(practice uuid, people uuid[], kind text, id uuid) returns date
language sql stable as $$
    select min(d.day)
    from public.chart_closings d join public.clients c using (practice_id, client_id)
    where d.practice_id = practice and d.client_id = any (people) and d.cause = 'died' and d.reopened_at is null
      and case when d.taken_back_at is null then c.status = 'deceased'
          else d.ended @> jsonb_build_array(jsonb_build_object('kind', kind, 'id', id)) end
$$;

-- Whether one of them has left after something had ended with a death, and is not in care again.
create function access.has_left_since(practice uuid, people uuid[], ended_at timestamptz) returns boolean
language sql stable as $$
    select exists (
        select from public.chart_closings k
        where k.practice_id = practice and k.client_id = any (people) and k.cause = 'inactive'
          and k.reopened_at is null and k.closed_at >= has_left_since.ended_at)
$$;

-- What a merge of two charts that stands has left of a guardianship, which both had at one time.
create function access.left_by_merges(r public.guardianships) returns daterange language sql stable as $$
    select coalesce(range_intersect_agg((m.was ->> 'during_left')::daterange), '(,)')
    from public.client_merge_moves m join public.client_merges g using (practice_id, merge_id)
    where m.practice_id = (r).practice_id and m.table_name = 'public.guardianships' and m.was ? 'during_left'
      and m.key ->> 'guardianship_id' = (r).guardianship_id::text and g.reversed_at is null
$$;

-- The day on which something began, also where it ended on that day.
create function access.first_day(during daterange, empty_on date) returns date
language sql immutable parallel safe
return coalesce(lower(during), empty_on);
grant execute on function access.first_day to cairn_server;
create function access.last_day(during daterange, empty_on date) returns date
language sql immutable parallel safe
return coalesce(upper(during), empty_on);
grant execute on function access.last_day to cairn_server;

-- The span as it is to be. Of one of before that ended on its first day nobody knows that day: it stays empty.
create function access.span_of(u public.couples) returns daterange language sql stable as $$
    select case when isempty((u).during) and (u).empty_on is null then (u).during
        else access.span(access.first_day((u).during, (u).empty_on), (u).said_until,
            access.first_death((u).practice_id, access.people_of(u), 'couple', (u).couple_id)) end
$$;
create function access.span_of(r public.guardianships) returns daterange language sql stable as $$
    select case when isempty((r).during) and (r).empty_on is null then (r).during
        else access.left_by_merges(r) * access.span(access.first_day((r).during, (r).empty_on), (r).said_until,
            access.first_death((r).practice_id, access.people_of(r), 'guardianship', (r).guardianship_id)) end
$$;

-- Since when something has ended; null while it goes on, or will end on a day that was planned.
create function access.ended_since(during daterange, said_until date, today date, before timestamptz, at timestamptz)
    returns timestamptz language sql immutable parallel safe
return case when said_until <= today or isempty(during) or coalesce(upper(during) <= today, false)
    then coalesce(before, at) end;

-- Whoever says until when something lasts has said how long it does.
create function access.span_is_as_said() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        new.said_until := coalesce(new.said_until, upper(new.during));
    else
        new.empty_on := access.first_day(new.during, new.empty_on);
        new.during := access.span_of(new);
        new.empty_on := case when isempty(new.during) then new.empty_on end;
    end if;
    return new;
end $$;
create trigger as_said before insert or update of said_until on public.couples
    for each row execute function access.span_is_as_said();
create trigger as_said before insert or update of said_until on public.guardianships
    for each row execute function access.span_is_as_said();
