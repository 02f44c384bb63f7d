-- How a chart is closed: what ends in each area, and what is written down of it (people/open_things.sql says when).

-- Ends what is open in some areas, and writes down what was ended and what was kept. What a death ends, it ends from
-- its day on; what ends since somebody has left, from now on. A closing may end more later on.
create function access.close_chart(practice uuid, client uuid, cause text, day date, areas text[], kept text[],
    at timestamptz, status_before text default 'active') returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare
    died_on constant date := case when cause = 'died' then day end;
    own constant uuid[] := array(select a.account_id from accounts a where a.practice_id = practice
        and a.client_id = close_chart.client);
    closing constant uuid := access.open_closing(practice, client, cause, day, areas, kept, at, status_before);
    gone jsonb;
begin
    gone := access.end_care(practice, client, areas, day, died_on, access.reason_of(cause), at)
        || access.end_sign_ins(practice, client, own, areas, died_on is not null, at)
        || access.end_ties(practice, client, areas, day, died_on is not null, at);
    update chart_closings c
    set ended = c.ended || (
        select jsonb_agg(g || jsonb_build_object('at', at, 'day', close_chart.day)) from jsonb_array_elements(gone) g)
    where c.practice_id = practice and c.closing_id = closing and gone <> '[]';
end $$;

-- What somebody is given: seats and places, the couple that is treated, homework, appointments.
create function access.end_care(practice uuid, client uuid, areas text[], day date, died_on date, reason text,
    at timestamptz) returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare gone jsonb := '[]';
begin
    if 'seats' = any (areas) then
        gone := gone || access.end_enrollments(practice, client, '{active,paused}', died_on, reason, at);
    end if;
    if 'waitlist' = any (areas) then
        gone := gone || access.end_enrollments(practice, client, '{waitlisted,offered}', died_on, reason, at);
    end if;
    if 'couple' = any (areas) then
        gone := gone || access.end_couples(practice, client, day, died_on, at);
    end if;
    if 'homework' = any (areas) then
        gone := gone || access.end_homework(practice, client, null, died_on, at);
    end if;
    if 'appointments' = any (areas) then
        gone := gone || access.end_appointments(practice, client, null, died_on, at);
    end if;
    return gone;
end $$;

-- How somebody signs in. Who has died guards nobody either; a sign-in of somebody who works here is the practice's
-- affair.
create function access.end_sign_ins(practice uuid, client uuid, own uuid[], areas text[], died boolean, at timestamptz)
    returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare gone jsonb := '[]';
begin
    if 'invitations' = any (areas) then
        gone := gone || access.end_invitations(practice, own, at);
    end if;
    if 'account' = any (areas) then
        gone := gone || access.end_accounts(practice, array(
            select a.account_id from accounts a
            where a.practice_id = practice and a.account_id = any (own)
              and case when died then not access.is_staff(a.roles) else access.is_open(a) end), at)
            || access.accounts_that_stay(practice, client, died);
    end if;
    return gone;
end $$;

-- Who guards and who treats.
create function access.end_ties(practice uuid, client uuid, areas text[], day date, died boolean, at timestamptz)
    returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare gone jsonb := '[]';
begin
    if 'guardianships' = any (areas) then
        gone := gone || access.end_guardianships(practice, client, day, died, at);
    end if;
    if 'careTeam' = any (areas) then
        gone := gone || access.end_care_team(practice, client, day, at);
    end if;
    return gone;
end $$;

-- The closing that is, or a new one. Of who is in care no more may be said later what becomes of what was kept; a death
-- has the day that is known now, and is on record before anything ends with it.
create function access.open_closing(practice uuid, client uuid, cause text, day date, areas text[], kept text[],
    at timestamptz, status_before text) returns uuid
language plpgsql set search_path = public, access, pg_temp as $$
declare closing uuid;
begin
    update chart_closings c
    set day = case when open_closing.cause = 'died' then open_closing.day else c.day end,
        kept = array(select distinct k from unnest(c.kept || open_closing.kept) k where not k = any (areas) order by k)
    where c.practice_id = practice and c.client_id = open_closing.client and c.cause = open_closing.cause
        and c.reopened_at is null and c.taken_back_at is null
    returning c.closing_id into closing;
    if not found then
        insert into chart_closings (practice_id, closing_id, client_id, cause, day, kept, closed_at, closed_by,
            status_before)
        values (practice, uuid_v7(at), client, cause, day, kept, at, access.account(), open_closing.status_before)
        returning closing_id into closing;
    end if;
    return closing;
end $$;

-- A sign-in that does not end with the chart, since its owner guards somebody or works here: said once, and why.
create function access.accounts_that_stay(practice uuid, client uuid, died boolean) returns jsonb
language sql stable set search_path = public, access, pg_temp as $$
    select coalesce(jsonb_agg(s.said), '[]')
    from accounts a cross join lateral (
        select jsonb_build_object('kind', 'account', 'id', a.account_id, 'stayed', true, 'reason',
            access.stays_as(a)) as said) s
    where a.practice_id = practice and a.client_id = accounts_that_stay.client and a.disabled_at is null
      and case when died then access.is_staff(a.roles) else access.stays_as(a) is not null end
      and not exists (
          select from chart_closings c
          where c.practice_id = practice and c.client_id = accounts_that_stay.client and c.reopened_at is null
            and c.cause = case when died then 'died' else 'inactive' end
            and c.taken_back_at is null and c.ended @> jsonb_build_array(s.said))
$$;

-- Of a chart that is closed as it is, the sign-ins that were to end with it and stayed, and why: as long as that is so.
create function access.sign_ins_that_stayed(client uuid) returns jsonb
language sql stable security definer set search_path = public, access, pg_temp as $$
    select coalesce(jsonb_agg(e.thing), '[]')
    from (
        select c.ended from chart_closings c
        where c.practice_id = access.practice() and c.client_id = sign_ins_that_stayed.client
          and c.reopened_at is null and c.taken_back_at is null
          and (access.whole() or c.client_id = any (access.clients()))
        order by c.closed_at desc, c.closing_id desc limit 1) latest
        cross join jsonb_array_elements(latest.ended) e (thing)
        join accounts a on a.practice_id = access.practice() and a.account_id = (e.thing ->> 'id')::uuid
    where e.thing ->> 'kind' = 'account' and a.disabled_at is null and e.thing ->> 'reason' = access.stays_as(a)
$$;
grant execute on function access.sign_ins_that_stayed to cairn_server;
