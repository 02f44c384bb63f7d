-- What is open of a client, and how it ends with the chart: by a death, which ends all of it at once, or because
-- somebody is in care no more, of which each thing is asked about. One place: requests, imports and the operator only
-- change the chart's status, and the trigger below does the rest (decision 0030).

-- Each thing that would go on by itself, by the area in which it is asked about: seats, waitlist (places and offers),
-- homework (pieces that are to be done, assignments that make more), invitations, account, couple, appointments,
-- guardianships, careTeam. Days of a group are its own; the others are the practice's.
create function access.open_things_of(practice uuid, client uuid, at timestamptz)
returns table (area text, kind text, id uuid, name text, since date) language sql stable set search_path = public,
    access, pg_temp as $$
    with here as (select t.practice_id, (at at time zone t.time_zone)::date as today from practices t
        where t.practice_id = practice),
    seats as (
        select e.enrollment_id, g.name, access.line_of(e.practice_id, e.enrollment_id) as line,
            (at at time zone g.time_zone)::date as today
        from enrollments e join groups g using (practice_id, group_id)
        where e.practice_id = practice and e.client_id = client and not e.was_mistake),
    standing as (
        select s.*, access.status_on(s.line, greatest(s.today, (s.line[1]).day)) as status from seats s)
    select case when has_seat(s.status) then 'seats' else 'waitlist' end, s.status, s.enrollment_id,
        s.name, (s.line[1]).day
    from standing s where enrollment_goes_on(s.status)
    union all
    select 'homework', 'homework', h.homework_id, null, null from homework h
    where h.practice_id = practice and h.client_id = client and access.is_open(h, open_things_of.at)
    union all
    select 'homework', 'assignment', a.assignment_id, null, null from homework_assignments a
    where a.practice_id = practice and a.client_id = client and access.is_open(a)
    union all
    select 'invitations', 'invitation', i.invitation_id, null, null from invitations i
        join accounts a using (practice_id, account_id)
    where a.practice_id = practice and a.client_id = client and access.is_open(i, open_things_of.at)
    union all
    select 'account', 'account', a.account_id, null, null from accounts a
    where a.practice_id = practice and a.client_id = client and access.is_open(a)
    union all
    select 'couple', 'couple', c.couple_id, null, lower(c.during)
    from couple_members m join couples c using (practice_id, couple_id) join here using (practice_id)
    where m.practice_id = practice and m.client_id = client and access.goes_on(c.during, here.today)
    union all
    select 'appointments', 'appointment', p.appointment_id, null, null from appointments p
    where p.practice_id = practice and p.client_id = client and access.is_open(p, open_things_of.at)
    union all
    select 'guardianships', 'guardianship', r.guardianship_id, g.name, lower(r.during)
    from guardianships r join guardians g using (practice_id, guardian_id) join here using (practice_id)
    where r.practice_id = practice and r.client_id = client and access.goes_on(r.during, here.today)
    union all
    select 'careTeam', 'care_team', m.membership_id, a.name, lower(m.during)
    from care_team_memberships m join accounts a using (practice_id, account_id) join here using (practice_id)
    where m.practice_id = practice and m.client_id = client and access.goes_on(m.during, here.today)
$$;

-- The same, as the practice may ask it of a client whose identity it may change.
create function access.open_things(client uuid) returns table (area text, kind text, id uuid, name text, since date)
language sql stable security definer set search_path = public, access, pg_temp as $$
    select o.* from access.open_things_of(access.practice(), client, access.at()) o
    where access.action() in ('client.change', 'import.run') and access.shows('identity')
        and (access.whole() or client = any (access.clients()))
    order by o.area, o.since, o.id
$$;
grant execute on function access.open_things to cairn_server, cairn_worker;

-- Says, for this transaction, what becomes of open things: area by area, `end` or `keep`.
create function access.say_of_open_things(areas text[], words text[]) returns void
language sql security definer set search_path = public, access, pg_temp as $$
    select set_config('cairn.closing', (select coalesce(jsonb_object_agg(area, word), '{}')
        from unnest(areas, words) s (area, word))::text, true)
$$;
grant execute on function access.say_of_open_things to cairn_server, cairn_worker;
create function access.closing_words() returns jsonb language sql stable
return coalesce(nullif(current_setting('cairn.closing', true), ''), '{}')::jsonb;

-- The areas that a death ends. Who treated somebody has the record to finish: the care team stays.
create function access.areas_of_death() returns text[] language sql immutable
return '{seats,waitlist,homework,invitations,account,couple,appointments,guardianships}'::text[];

-- The words in which an enrollment says why it ended.
create function access.reason_of(cause text) returns text language sql immutable
return case cause when 'died' then 'The client has died.' when 'inactive' then 'The client is in care no more.'
    when 'mistaken' then 'A death was recorded by mistake.' end;

-- Opens a task of the desk, once a day.
create function access.tell_desk(practice uuid, client uuid, kind text, at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
    select p.practice_id, uuid_v7(at), tell_desk.kind, client, (at at time zone p.time_zone)::date, at
    from practices p where p.practice_id = practice
    on conflict (practice_id, client_id, kind, due_on, coalesce(account_id, '00000000-0000-0000-0000-000000000000'))
    do update set done_at = null, done_by = null
$$;

-- The tasks of the desk: what is asked about somebody who has died is asked no more, and that it happened is told.
-- What was asked before a death that was none is asked again, but to tell of an offer, which has ended.
create function access.tell_of_death(practice uuid, client uuid, is_mistake boolean, at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    update tasks t set done_at = null, done_by = null
    from chart_closings c
    where is_mistake and c.practice_id = practice and c.client_id = tell_of_death.client and c.cause = 'died'
      and c.reopened_at is null and c.taken_back_at is null
      and t.practice_id = practice and t.client_id = tell_of_death.client
      and t.done_at = c.closed_at and t.kind not in ('client_died', 'death_corrected', 'offer_seat');
    update tasks t set done_at = at, done_by = access.account()
    where t.practice_id = practice and t.client_id = client and t.done_at is null
      and (t.kind = 'client_died') = is_mistake and t.kind <> 'death_corrected';
    select access.tell_desk(practice, client, case when is_mistake then 'death_corrected' else 'client_died' end, at);
$$;

-- Who is in care no more: each open area is asked about, and those of which a word was said end, or are kept. Who has
-- left already may be asked for more, and of what nothing is said stays as it was. A file cannot be asked: what is open
-- is kept, and the desk is told.
create function access.close_inactive(practice uuid, client uuid, is_new boolean, today date, at timestamptz)
    returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare
    said constant jsonb := access.closing_words();
    open constant text[] := array(select distinct o.area from access.open_things_of(practice, client, at) o
        order by o.area);
    -- Keys end with the account that they open.
    with_account constant boolean := said ->> 'account' = 'end' and open @> '{account,invitations}';
    words constant jsonb := case when with_account then '{"invitations": "end"}'::jsonb || said else said end;
    unsaid constant text[] := array(select a from unnest(open) a where words ->> a is null order by a);
begin
    if with_account and words ->> 'invitations' = 'keep' then
        raise exception 'ends_with_account' using errcode = 'PC422', column = 'closing/invitations';
    end if;
    if access.action() = 'import.run' then
        perform access.close_chart(practice, client, 'inactive', today, '{}', open, at);
        if open <> '{}' then
            perform access.tell_desk(practice, client, 'closed_with_open_things', at);
        end if;
        return;
    elsif is_new and unsaid <> '{}' then
        raise exception 'open' using errcode = 'PC422',
            column = (select string_agg('closing/' || a, ',' order by a) from unnest(unsaid) a);
    end if;
    perform access.close_chart(practice, client, 'inactive', today,
        -- Of a sign-in that is not the chart's alone it is said that it stays.
        array(select a from unnest(open) a where words ->> a = 'end'
            union select 'account' where words ->> 'account' = 'end'),
        array(select a from unnest(open) a where words ->> a = 'keep'), at);
    if unsaid = '{}' then
        perform access.is_settled(practice, client, at);
    end if;
end $$;
-- What a file left open is asked no more.
create function access.is_settled(practice uuid, client uuid, at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    update tasks t set done_at = at, done_by = access.account()
    where t.practice_id = practice and t.client_id = client and t.done_at is null and t.kind = 'closed_with_open_things'
$$;

-- A chart follows the life of its client: whoever writes that somebody has died, or is in care no more, has done the
-- rest too.
create function access.chart_follows_life() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
declare
    at constant timestamptz := access.at();
    died chart_closings;
    died_on date;
    today date;
begin
    select (at at time zone p.time_zone)::date into today from practices p where p.practice_id = new.practice_id;
    select * into died from chart_closings c
    where c.practice_id = new.practice_id and c.client_id = new.client_id and c.cause = 'died'
        and c.reopened_at is null and c.taken_back_at is null;
    if new.status = 'deceased' then
        -- Of a death whose day is not known any more, what it ended stays where it is.
        died_on := coalesce(new.died_on, died.day, today);
        perform access.move_ends(new.practice_id, new.client_id, died_on, at);
        perform access.close_chart(new.practice_id, new.client_id, 'died', died_on, access.areas_of_death(), '{}', at,
            case old.status when 'inactive' then 'inactive' else 'active' end);
        if old.status <> 'deceased' then
            perform access.tell_of_death(new.practice_id, new.client_id, false, at);
        end if;
        return null;
    end if;
    if old.status = 'deceased' then
        perform access.tell_of_death(new.practice_id, new.client_id, true, at);
    end if;
    if new.status = 'active' then
        perform access.reopen_chart(new.practice_id, new.client_id, '{died,inactive}', at),
            access.is_settled(new.practice_id, new.client_id, at);
        return null;
    elsif old.status = 'deceased' and died.status_before = 'inactive' then
        -- Who had left before is as before: what was kept then is kept, and nothing is asked again.
        perform access.reopen_chart(new.practice_id, new.client_id, '{died}', at);
    elsif old.status = 'deceased' then
        perform access.take_death_back(died, at);
    end if;
    if access.word(5) not in ('', 'seed.run')
        and (coalesce(died.status_before, 'active') = 'active' or access.closing_words() <> '{}')
    then
        perform access.close_inactive(new.practice_id, new.client_id,
            old.status <> 'inactive' and coalesce(died.status_before, 'active') = 'active', today, at);
    end if;
    return null;
end $$;
create trigger follows_life after update of status, died_on on public.clients for each row
    when (new.status is distinct from old.status or (new.status = 'deceased'
        and new.died_on is distinct from old.died_on)
          -- Who has left already, of whom somebody says what is to become of what was kept.
          or (new.status = 'inactive' and coalesce(current_setting('cairn.closing', true), '') not in ('', '{}')))
    execute function access.chart_follows_life();
