-- Makes the spans of couples and guardianships anew when somebody's death becomes known, is corrected or taken back,
-- and when charts become one or two.

-- Each answers whether the span has changed: null where it was right, false where it cannot be as it should, since
-- somebody is in another couple by then, or guards in another way.
create function access.couple_follows(practice uuid, couple uuid, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare u couples; next daterange;
begin
    select * into u from couples c where c.practice_id = practice and c.couple_id = couple for no key update;
    next := access.span_of(u);
    if next = u.during then return null; end if;
    -- The first day is kept beside the span, by a trigger only where that is empty.
    update couples c
    set during = next, empty_on = access.first_day(u.during, u.empty_on), version = u.version + 1,
        ended_at = access.ended_since(next, u.said_until, access.practice_day(practice, at), u.ended_at, at)
    where c.practice_id = practice and c.couple_id = couple;
    if not upper_inf(next) then
        perform access.note_ending(practice, 'couple.end', 'couple', couple, access.people_of(u), at);
    end if;
    return true;
exception when exclusion_violation then
    return false;
end $$;

create function access.guardianship_follows(practice uuid, guardianship uuid, at timestamptz) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare r guardianships; next daterange;
begin
    select * into r from guardianships g where g.practice_id = practice and g.guardianship_id = guardianship
    for no key update;
    next := access.span_of(r);
    if next = r.during then return null; end if;
    perform access.write_guardianship_history(practice, array[guardianship], at);
    update guardianships g
    set during = next, empty_on = access.first_day(r.during, r.empty_on), version = r.version + 1, recorded_at = at,
        recorded_by = access.account(),
        ended_at = access.ended_since(next, r.said_until, access.practice_day(practice, at), r.ended_at, at)
    where g.practice_id = practice and g.guardianship_id = guardianship;
    return true;
exception when exclusion_violation then
    return false;
end $$;

create function access.span_follows(practice uuid, kind text, id uuid, at timestamptz) returns boolean
language sql set search_path = public, access, pg_temp as $$
    select case kind when 'couple' then access.couple_follows(practice, id, at)
        else access.guardianship_follows(practice, id, at) end
$$;

-- All spans of a client; those that are as they were said to be again have come back.
create function access.spans_follow(practice uuid, client uuid, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare thing record;
begin
    for thing in
        select 'couple' as kind, id from unnest(access.couples_of(practice, client)) id
        union all
        select 'guardianship', id from unnest(access.guardianships_of(practice, client)) id
    loop
        if access.span_follows(practice, thing.kind, thing.id, at) then
            perform access.say_it_came_back(practice, thing.kind, thing.id),
                access.say_it_ends(practice, thing.kind, thing.id, at);
        end if;
    end loop;
end $$;

-- After a death that was none. What others have settled meanwhile stays as it ended, for good: one of them has left
-- since, is in another couple, or guards in another way.
create function access.spans_come_back(practice uuid, client uuid, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare
    of_client constant uuid[] := access.couples_of(practice, client) || access.guardianships_of(practice, client);
    today constant date := access.practice_day(practice, at);
begin
    perform access.settle(practice, array(
        select u.couple_id from couples u
        where u.practice_id = practice and u.couple_id = any (of_client) and coalesce(u.said_until > today, true)
          and u.during <> access.span_of(u) and access.has_left_since(practice, access.people_of(u), u.ended_at)
        union all
        select r.guardianship_id from guardianships r
        where r.practice_id = practice and r.guardianship_id = any (of_client) and coalesce(r.said_until > today, true)
          and r.during <> access.span_of(r) and access.has_left_since(practice, access.people_of(r), r.ended_at)), at);
    perform access.spans_follow(practice, client, at);
    perform access.settle(practice, array(
        select u.couple_id from couples u
        where u.practice_id = practice and u.couple_id = any (of_client) and u.during <> access.span_of(u)
        union all
        select r.guardianship_id from guardianships r
        where r.practice_id = practice and r.guardianship_id = any (of_client) and r.during <> access.span_of(r)), at);
end $$;

-- Says of some couples and guardianships that they end when they ended.
create function access.settle(practice uuid, things uuid[], at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    update couples u set said_until = access.last_day(u.during, u.empty_on), version = u.version + 1
    where u.practice_id = practice and u.couple_id = any (things);
    select access.write_guardianship_history(practice, array(
        select r.guardianship_id from guardianships r
        where r.practice_id = practice and r.guardianship_id = any (things)), at);
    update guardianships r
    set said_until = access.last_day(r.during, r.empty_on), recorded_at = at, recorded_by = access.account(),
        version = r.version + 1
    where r.practice_id = practice and r.guardianship_id = any (things);
$$;

-- In the closing of a death with which it ends now, since another one was none.
create function access.say_it_ends(practice uuid, kind text, id uuid, at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    with thing as (
        select s.people, access.last_day(s.during, s.empty_on) as day,
            jsonb_build_object('kind', kind, 'id', id) as named
        from (
            select access.people_of(u) as people, u.during, u.empty_on
            from couples u where kind = 'couple' and u.practice_id = practice and u.couple_id = id
            union all
            select access.people_of(r), r.during, r.empty_on
            from guardianships r where kind = 'guardianship' and r.practice_id = practice and r.guardianship_id = id) s)
    update chart_closings c
    set ended = c.ended || (thing.named || jsonb_build_object('at', at, 'day', c.day))
    from thing
    where c.practice_id = practice and c.client_id = any (thing.people) and c.cause = 'died' and c.reopened_at is null
      and c.taken_back_at is null and c.day = thing.day and not c.ended @> jsonb_build_array(thing.named)
$$;

-- In the closings with which it had ended, where it goes on beyond that end now: that of who was taken back first, and
-- found another one dead, too.
create function access.say_it_came_back(practice uuid, kind text, id uuid) returns void
language sql set search_path = public, access, pg_temp as $$
    with thing as (
        select jsonb_build_object('kind', kind, 'id', id) as named, s.during
        from (
            select u.during, access.span(access.first_day(u.during, u.empty_on), u.said_until) as said
            from couples u where kind = 'couple' and u.practice_id = practice and u.couple_id = id
            union all
            select r.during, access.span(access.first_day(r.during, r.empty_on), r.said_until)
            from guardianships r where kind = 'guardianship' and r.practice_id = practice and r.guardianship_id = id) s
        where s.during = s.said)
    update chart_closings c
    set ended = (
        select jsonb_agg(case when e.one @> thing.named
                and not thing.during <@ daterange(null, (e.one ->> 'day')::date)
            then e.one || '{"cameBack": true}' else e.one end order by e.place)
        from jsonb_array_elements(c.ended) with ordinality e (one, place))
    from thing
    where c.practice_id = practice and c.cause = 'died' and c.reopened_at is not null
      and c.ended @> jsonb_build_array(thing.named)
$$;

-- What stood in the way of another span has become shorter: that one is made anew, as far as it can.
create function access.others_follow() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if tg_table_name = 'couples' then
        perform access.couple_follows(new.practice_id, o.couple_id, access.at())
        from couple_members m join couple_members o using (practice_id, client_id)
        where m.practice_id = new.practice_id and m.couple_id = (to_jsonb(new) ->> 'couple_id')::uuid
          and o.couple_id <> m.couple_id;
    else
        perform access.guardianship_follows(r.practice_id, r.guardianship_id, access.at())
        from guardianships r
        where r.practice_id = new.practice_id and r.guardian_id = (to_jsonb(new) ->> 'guardian_id')::uuid
          and r.client_id = (to_jsonb(new) ->> 'client_id')::uuid
          and r.guardianship_id <> (to_jsonb(new) ->> 'guardianship_id')::uuid;
    end if;
    return null;
end $$;
create trigger others_follow after update on public.couples for each row
    when (not new.during @> old.during) execute function access.others_follow();
create trigger others_follow after update on public.guardianships for each row
    when (not new.during @> old.during) execute function access.others_follow();
