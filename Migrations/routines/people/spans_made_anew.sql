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
    update couples c
    set during = next, empty_on = coalesce(lower(u.during), u.empty_on), version = u.version + 1,
        ended_at = access.ended_since(next, u.said_until, access.practice_day(practice, at), u.ended_at, at)
    where c.practice_id = practice and c.couple_id = couple;
    if not upper_inf(next) or isempty(next) then
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
    set during = next, empty_on = coalesce(lower(r.during), r.empty_on), version = r.version + 1, recorded_at = at,
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
            perform access.say_it_came_back(practice, thing.kind, thing.id);
        end if;
    end loop;
end $$;

-- After a death that was none. What others have settled meanwhile stays as it ended, for good: one of them has left
-- since, is in another couple, or guards in another way.
create function access.spans_come_back(practice uuid, client uuid, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare
    couples_of_client constant uuid[] := access.couples_of(practice, client);
    guardianships_of_client constant uuid[] := access.guardianships_of(practice, client);
    today constant date := access.practice_day(practice, at);
begin
    update couples u set said_until = coalesce(upper(u.during), u.empty_on), version = u.version + 1
    where u.practice_id = practice and u.couple_id = any (couples_of_client) and coalesce(u.said_until > today, true)
      and u.during <> access.span_of(u) and access.has_left_since(practice, access.people_of(u), u.ended_at);
    update guardianships r set said_until = coalesce(upper(r.during), r.empty_on), version = r.version + 1
    where r.practice_id = practice and r.guardianship_id = any (guardianships_of_client)
      and coalesce(r.said_until > today, true) and r.during <> access.span_of(r)
      and access.has_left_since(practice, access.people_of(r), r.ended_at);
    perform access.spans_follow(practice, client, at);
    update couples u set said_until = coalesce(upper(u.during), u.empty_on), version = u.version + 1
    where u.practice_id = practice and u.couple_id = any (couples_of_client) and u.during <> access.span_of(u);
    update guardianships r set said_until = coalesce(upper(r.during), r.empty_on), version = r.version + 1
    where r.practice_id = practice and r.guardianship_id = any (guardianships_of_client)
      and r.during <> access.span_of(r);
end $$;

-- In the closings with which it had ended: that of who was taken back first, and found another one dead, too.
create function access.say_it_came_back(practice uuid, kind text, id uuid) returns void
language sql set search_path = public, access, pg_temp as $$
    with thing as (select jsonb_build_object('kind', kind, 'id', id) as named)
    update chart_closings c
    set ended = (
        select jsonb_agg(case when e.one @> thing.named then e.one || '{"cameBack": true}' else e.one end
            order by e.place)
        from jsonb_array_elements(c.ended) with ordinality e (one, place))
    from thing
    where c.practice_id = practice and c.cause = 'died' and c.reopened_at is not null
      and c.ended @> jsonb_build_array(thing.named)
      and case kind
          when 'couple' then exists (
              select from couples u where u.practice_id = practice and u.couple_id = id
                  and u.during = access.span(coalesce(lower(u.during), u.empty_on), u.said_until))
          else exists (
              select from guardianships r where r.practice_id = practice and r.guardianship_id = id
                  and r.during = access.span(coalesce(lower(r.during), r.empty_on), r.said_until)) end
$$;
