-- What comes back with a chart that is opened again.

-- When a thing was ended with a chart: a closing may end more of what it left open later on.
create function access.ended_with(c public.chart_closings, thing jsonb) returns timestamptz language sql stable as $$
    select coalesce((thing ->> 'at')::timestamptz, (c).closed_at)
$$;

-- Whose charts a guardianship is between: who is guarded, and who guards, where that is somebody in care too.
create function access.people_of(r public.guardianships) returns setof uuid language sql stable as $$
    select (r).client_id
    union
    select a.client_id
    from public.guardians g join public.accounts a on a.practice_id = g.practice_id and a.account_id = g.account_id
    where g.practice_id = (r).practice_id and g.guardian_id = (r).guardian_id and a.client_id is not null
$$;

-- The account; and where a death was recorded by mistake, the couple and the guardianships as they were, if nobody has
-- changed them since. Seats, homework and invitations are given anew, by hand; but no seat says any more that somebody
-- has died who lives.
create function access.reopen_chart(practice uuid, client uuid, causes text[], at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare c chart_closings; thing jsonb; things jsonb; has_lived boolean := false;
begin
    for c in
        select t.* from chart_closings t
        where t.practice_id = practice and t.client_id = client and t.reopened_at is null
            and t.cause = any (causes)
            -- What a death ended that was taken back before comes back to who is in care again.
            and (t.taken_back_at is null or 'inactive' = any (causes))
            order by t.closed_at desc for update
    loop
        things := '[]';
        for thing in select jsonb_array_elements(c.ended) loop
            if access.comes_back(c, thing, at) then
                thing := thing || '{"cameBack": true}';
            elsif c.cause = 'died' then
                perform access.unsay_death(c, thing, at);
                thing := access.waiting(c, thing);
            end if;
            things := things || thing;
        end loop;
        update chart_closings t set ended = things, reopened_at = greatest(at, t.closed_at),
            reopened_by = access.account()
        where t.practice_id = practice and t.closing_id = c.closing_id;
        has_lived := has_lived or c.cause = 'died';
    end loop;
    if has_lived then
        perform access.what_waited_comes_back(practice, client, at);
    end if;
end $$;

-- Whether the thing had its own, later end when the death cut it short. Taken back, the death gives it that end again,
-- also when a partner is dead.
create function access.had_ended(thing jsonb) returns boolean language sql immutable
return coalesce((thing ->> 'hadEnded')::boolean, false);

create function access.ended_span(thing jsonb) returns daterange language sql immutable
return (thing ->> 'was')::daterange * daterange(null, (thing ->> 'day')::date);

-- Whether somebody left after something had ended with a chart, and is not in care again.
create function access.has_left_since(c public.chart_closings, client uuid) returns boolean
language sql stable as $$
    select exists (
        select from public.chart_closings k
        where k.practice_id = (c).practice_id and k.client_id = has_left_since.client and k.cause = 'inactive'
          and k.reopened_at is null and k.closed_at >= (c).closed_at)
$$;

-- Between whom a couple or a guardianship is that ended with a chart.
create function access.people_of_thing(c public.chart_closings, thing jsonb) returns setof uuid
language sql stable as $$
    select m.client_id
    from public.couple_members m
    where thing ->> 'kind' = 'couple' and m.practice_id = (c).practice_id and m.couple_id = (thing ->> 'id')::uuid
    union
    select p.client_id
    from public.guardianships r cross join access.people_of(r) p (client_id)
    where thing ->> 'kind' = 'guardianship' and r.practice_id = (c).practice_id
      and r.guardianship_id = (thing ->> 'id')::uuid
$$;

-- A thing that stays ended: whether it waits for somebody else who has died and of whom that may be none. What stays
-- for another reason, since somebody had left by then or is in another couple, stays.
create function access.waiting(c public.chart_closings, thing jsonb) returns jsonb language sql stable as $$
    select thing - 'waits' || case when not access.had_ended(thing) and exists (
        select from access.people_of_thing(c, thing) p (client_id) join public.clients t using (client_id)
        where t.practice_id = (c).practice_id and t.status = 'deceased' and t.client_id <> (c).client_id
          and not access.has_left_since(c, t.client_id))
    then '{"waits": true}'::jsonb else '{}' end
$$;

-- What deaths that were none ended and what waits, of a client and of others whom it is between: whoever of them was
-- taken back first found another one dead.
create function access.what_waits_for(practice uuid, client uuid)
returns table (closing public.chart_closings, place bigint, thing jsonb) language sql stable as $$
    with things as (
        select 'couple' as kind, m.couple_id as id
        from public.couple_members m where m.practice_id = practice and m.client_id = client
        union all
        select 'guardianship', r.guardianship_id
        from public.guardianships r where r.practice_id = practice and r.client_id = client
        union all
        select 'guardianship', r.guardianship_id
        from public.accounts a
            join public.guardians g on g.practice_id = a.practice_id and g.account_id = a.account_id
            join public.guardianships r on r.practice_id = g.practice_id and r.guardian_id = g.guardian_id
        where a.practice_id = practice and a.client_id = client),
    people as (
        select m.client_id
        from things t join public.couple_members m on m.practice_id = practice and m.couple_id = t.id
        where t.kind = 'couple'
        union
        select p.client_id
        from things t join public.guardianships r on r.practice_id = practice and r.guardianship_id = t.id
            cross join access.people_of(r) p (client_id)
        where t.kind = 'guardianship')
    select c, e.place - 1, e.thing
    from people join public.chart_closings c on c.practice_id = practice and c.client_id = people.client_id
        cross join jsonb_array_elements(c.ended) with ordinality e (thing, place)
        join things t on t.kind = e.thing ->> 'kind' and t.id = (e.thing ->> 'id')::uuid
    where c.cause = 'died' and c.reopened_at is not null and e.thing ? 'waits'
$$;

-- The latest first, as the ends came one upon the other.
create function access.what_waited_comes_back(practice uuid, client uuid, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare waiting record; thing jsonb;
begin
    for waiting in
        select w.* from access.what_waits_for(practice, client) w
        order by (w.closing).closed_at desc, (w.closing).closing_id desc, w.place
    loop
        thing := case when access.comes_back(waiting.closing, waiting.thing, at)
            then waiting.thing - 'waits' || '{"cameBack": true}'
            else access.waiting(waiting.closing, waiting.thing) end;
        update chart_closings c set ended = jsonb_set(c.ended, array[waiting.place::text], thing)
        where c.practice_id = practice and c.closing_id = (waiting.closing).closing_id;
    end loop;
end $$;

-- A death that was none, of who was in care, and is said now to have left: what it ended stays as it is until the chart
-- is open again. A death that comes later is another one.
create function access.take_death_back(c public.chart_closings, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
begin
    perform access.unsay_death(c, thing, at) from jsonb_array_elements(c.ended) thing;
    update chart_closings t set taken_back_at = greatest(at, t.closed_at)
    where t.practice_id = c.practice_id and t.closing_id = c.closing_id;
end $$;

-- Whether one thing came back; not when somebody is in another couple by now, or guards in another way.
create function access.comes_back(c public.chart_closings, thing jsonb, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    return case
        when thing ->> 'kind' = 'account' then access.account_comes_back(c, thing)
        when c.cause = 'died' and thing ->> 'kind' = 'guardianship' then access.guardianship_comes_back(c, thing, at)
        when c.cause = 'died' and thing ->> 'kind' = 'couple' then access.couple_comes_back(c, thing)
        else false end;
exception when exclusion_violation then
    return false;
end $$;

create function access.account_comes_back(c public.chart_closings, thing jsonb) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    update accounts a set disabled_at = null, version = a.version + 1
    where a.practice_id = c.practice_id and a.account_id = (thing ->> 'id')::uuid and a.client_id = c.client_id
        and a.disabled_at = access.ended_with(c, thing);
    return found;
end $$;

-- A couple comes back as the two it was, and a guardianship to who was guarded and guards: where the other has died or
-- left since, or is another chart by a merge, nothing does. The other's chart is held, so that one that is closed at
-- this moment is closed before, or finds what came back.
create function access.guardianship_comes_back(c public.chart_closings, thing jsonb, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare of_thing constant uuid := (thing ->> 'id')::uuid; was constant daterange := (thing ->> 'was')::daterange;
begin
    perform from clients t where t.practice_id = c.practice_id and t.client_id in (
        select p from guardianships r, access.people_of(r) p
        where r.practice_id = c.practice_id and r.guardianship_id = of_thing)
    order by t.client_id for key share;
    perform from guardianships r
    where r.practice_id = c.practice_id and r.guardianship_id = of_thing
      and case when access.had_ended(thing) then r.during = access.ended_span(thing)
          else r.ended_at = access.ended_with(c, thing)
            and not exists (select from access.people_of(r) p where not access.is_as_before(c, p))
            and not exists (select from client_merges m
                            where m.practice_id = r.practice_id and m.survivor_id = r.client_id
                                and m.merged_at >= c.closed_at and m.reversed_at is null) end
    for no key update;
    if not found then return false; end if;
    -- A death that took nothing from it gives it nothing: there is no change for its history to tell.
    if exists (select from guardianships r
               where r.practice_id = c.practice_id and r.guardianship_id = of_thing and r.during = was) then
        return true;
    end if;
    perform access.write_guardianship_history(c.practice_id, array[of_thing], at);
    update guardianships r
    set during = was, ended_at = case when access.had_ended(thing) then r.ended_at end, recorded_at = at,
        recorded_by = access.account(), version = r.version + 1
    where r.practice_id = c.practice_id and r.guardianship_id = of_thing;
    return true;
end $$;

create function access.couple_comes_back(c public.chart_closings, thing jsonb) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare of_thing constant uuid := (thing ->> 'id')::uuid; was constant daterange := (thing ->> 'was')::daterange;
begin
    perform from clients t where t.practice_id = c.practice_id and t.client_id in (
        select m.client_id from couple_members m where m.practice_id = c.practice_id and m.couple_id = of_thing)
    order by t.client_id for key share;
    update couples u
    set during = was, ended_at = case when access.had_ended(thing) then u.ended_at end, version = u.version + 1
    where u.practice_id = c.practice_id and u.couple_id = of_thing
      -- An ending that somebody has corrected since is a word of its own (decision 0047).
      and u.during = access.ended_span(thing)
      and (access.had_ended(thing) or u.ended_at = access.ended_with(c, thing)
          and 2 = (select count(*) from couple_members m
                   where m.practice_id = u.practice_id and m.couple_id = u.couple_id
                     and access.is_as_before(c, m.client_id) and m.known_id = m.client_id));
    return found;
end $$;

-- Whether somebody is in care, or had left before already, when what was ended was kept.
create function access.is_as_before(c public.chart_closings, client uuid) returns boolean
language sql stable as $$
    select exists (
        select from public.clients t
        where t.practice_id = (c).practice_id and t.client_id = is_as_before.client
          and (t.status = 'active' or t.client_id = (c).client_id and t.status = (c).status_before
               or t.status = 'inactive' and not access.has_left_since(c, t.client_id)))
$$;
