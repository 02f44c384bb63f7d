-- What comes back with a chart that is opened again.

-- When a thing was ended with a chart: a closing may end more of what it left open later on.
create function access.ended_with(c public.chart_closings, thing jsonb) returns timestamptz language sql stable as $$
    select coalesce((thing ->> 'at')::timestamptz, (c).closed_at)
$$;

-- The account; and where a death was recorded by mistake, the couple and the guardianships as they were, if nobody has
-- changed them since. Seats, homework and invitations are given anew, by hand; but no seat says any more that somebody
-- has died who lives.
create function access.reopen_chart(practice uuid, client uuid, causes text[], at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare c chart_closings; thing jsonb; things jsonb;
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
            end if;
            things := things || thing;
        end loop;
        update chart_closings t set ended = things, reopened_at = greatest(at, t.closed_at),
            reopened_by = access.account()
        where t.practice_id = practice and t.closing_id = c.closing_id;
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

-- A couple comes back as the two it was, and a guardianship to who was guarded and guards: where the other has died or
-- left since, or is another chart by a merge, nothing does. The other's chart is held, so that one that is closed at
-- this moment is closed before, or finds what came back.
create function access.comes_back(c public.chart_closings, thing jsonb, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare
    of_thing constant uuid := (thing ->> 'id')::uuid;
    was constant daterange := case when thing ->> 'kind' in ('guardianship', 'couple')
        then (thing ->> 'was')::daterange end;
begin
    if thing ->> 'kind' = 'account' then
        update accounts a set disabled_at = null, version = a.version + 1
        where a.practice_id = c.practice_id and a.account_id = of_thing and a.client_id = c.client_id
            and a.disabled_at = access.ended_with(c, thing);
    elsif c.cause = 'died' and thing ->> 'kind' = 'guardianship' then
        perform from clients t where t.practice_id = c.practice_id and t.client_id in (
            select p from guardianships r, access.people_of(r) p
            where r.practice_id = c.practice_id and r.guardianship_id = of_thing)
        order by t.client_id for key share;
        perform from guardianships r
        where r.practice_id = c.practice_id and r.guardianship_id = of_thing
          and r.ended_at = access.ended_with(c, thing)
          and not exists (select from access.people_of(r) p join clients t on t.practice_id = r.practice_id
              and t.client_id = p
                          where t.status <> 'active' and t.client_id <> c.client_id)
          and not exists (select from client_merges m
                          where m.practice_id = r.practice_id and m.survivor_id = r.client_id
                              and m.merged_at >= c.closed_at
                            and m.reversed_at is null)
        for no key update;
        if not found then return false; end if;
        perform access.keep_guardianships(c.practice_id, array[of_thing], at);
        update guardianships r
        set during = was, ended_at = null, recorded_at = at, recorded_by = access.account(), version = r.version + 1
        where r.practice_id = c.practice_id and r.guardianship_id = of_thing;
    elsif c.cause = 'died' and thing ->> 'kind' = 'couple' then
        perform from clients t where t.practice_id = c.practice_id and t.client_id in (
            select m.client_id from couple_members m where m.practice_id = c.practice_id and m.couple_id = of_thing)
        order by t.client_id for key share;
        update couples u set during = was, ended_at = null, version = u.version + 1
        where u.practice_id = c.practice_id and u.couple_id = of_thing and u.ended_at = access.ended_with(c, thing)
          and 2 = (select count(*) from couple_members m join clients t using (practice_id, client_id)
                   where m.practice_id = u.practice_id and m.couple_id = u.couple_id
                     and (t.status = 'active' or t.client_id = c.client_id) and m.known_id = m.client_id);
        if found then
            update couple_members m set during = was where m.practice_id = c.practice_id and m.couple_id = of_thing;
        end if;
    else
        return false;
    end if;
    return found;
exception when exclusion_violation then
    return false; -- Somebody is in another couple by now, or guards in another way.
end $$;

-- Whose charts a guardianship is between: who is guarded, and who guards, where that is somebody in care too.
create function access.people_of(r public.guardianships) returns setof uuid language sql stable as $$
    select (r).client_id
    union
    select a.client_id
    from public.guardians g join public.accounts a on a.practice_id = g.practice_id and a.account_id = g.account_id
    where g.practice_id = (r).practice_id and g.guardian_id = (r).guardian_id and a.client_id is not null
$$;
