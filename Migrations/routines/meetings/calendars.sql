-- What a secret address shows to a calendar program, which cannot sign in: when somebody leads a meeting of a group,
-- and when somebody has a seat in one. Instants and lengths, no name and no place; and, for who leads a group, the word
-- that the practice chose for it.
--
-- An address was made by somebody in the roles of that day, and outlives none of them. What it shows is asked anew each
-- time: the meetings of groups that its owner leads, or has a seat in, today; of these those on days on which that was
-- so.

-- The roles that an address needs are its owner's, whoever writes it down.
create function access.feed_is_made_in_roles() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    select a.roles into strict new.roles from accounts a where a.practice_id = new.practice_id
        and a.account_id = new.account_id;
    return new;
end $$;
create trigger is_made_in_roles before insert on public.calendar_feeds for each row
    execute function access.feed_is_made_in_roles();

-- With a role that is taken away, and with the account, an address ends for good: given back, they want a new one.
create function access.feeds_end_with_their_roles() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update calendar_feeds f set revoked_at = coalesce(new.disabled_at, clock_timestamp())
    where f.practice_id = new.practice_id and f.account_id = new.account_id and f.revoked_at is null
      and (new.disabled_at is not null or not f.roles <@ new.roles);
    return null;
end $$;
create trigger feeds_end after update on public.accounts for each row
    when ((old.roles, old.disabled_at) is distinct from (new.roles, new.disabled_at))
    execute function access.feeds_end_with_their_roles();

-- No row where there is no such address, or no more; one without a meeting where there is nothing to show.
create function access.calendar(practice uuid, secret_hash bytea, at timestamptz, request uuid, proof bytea)
returns table (meeting_id uuid, starts_at timestamptz, minutes smallint, cancelled boolean, version bigint,
               changed_at timestamptz, word text)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare feed calendar_feeds; owner accounts;
begin
    select f.* into feed from calendar_feeds f
    where f.practice_id = calendar.practice and f.secret_hash = calendar.secret_hash and f.revoked_at is null;
    select a.* into owner from accounts a left join clients c on c.practice_id = a.practice_id
        and c.client_id = a.client_id
    where a.practice_id = feed.practice_id and a.account_id = feed.account_id and a.disabled_at is null
      and feed.roles <@ a.roles and (not 'client' = any (feed.roles) or c.status = 'active');
    if not found then
        return;
    end if;
    -- It is read every few hours, and reads are what it writes down.
    perform set_config('synchronous_commit', 'off', true);
    if not access.looks() and (feed.last_read_at is null or feed.last_read_at < at - interval '10 minutes') then
        update calendar_feeds f set last_read_at = at where f.practice_id = feed.practice_id
            and f.feed_id = feed.feed_id;
    end if;
    insert into audit_events (practice_id, at, request_id, proof, account_id, role, relation, action, kind,
        resource_id, client_ids, outcome)
    values (feed.practice_id, at, request, proof, owner.account_id, owner.roles[1], 'own', 'me.read', 'calendar_feed',
        feed.feed_id,
        array_remove(array[owner.client_id], null), 'allowed');
    return query
    with days as (
        select f.group_id, f.during, true as leads from group_facilitators f join groups g using (practice_id, group_id)
        where f.practice_id = feed.practice_id and f.account_id = owner.account_id
          and exists (select from access.rules r where r.relation = 'facilitates' and r.role = any (owner.roles))
          and exists (select from group_facilitators n
                      where n.practice_id = f.practice_id and n.group_id = f.group_id and n.account_id = f.account_id
                        and n.during @> (at at time zone g.time_zone)::date)
        union all
        select s.group_id, s.during, false from enrollment_spans s join groups g using (practice_id, group_id)
        where s.practice_id = feed.practice_id and s.client_id = owner.client_id and s.status = 'active'
            and upper_inf(s.recorded)
          and exists (select from access.rules r where r.relation = 'enrolled_in' and r.role = any (owner.roles))
          and exists (select from enrollments n
                      where n.practice_id = s.practice_id and n.group_id = s.group_id and n.client_id = s.client_id
                        and n.seat @> (at at time zone g.time_zone)::date)),
    mine as (
        select m.meeting_id, m.starts_at, m.minutes, m.cancelled, m.version, m.changed_at,
            case when exists (
                select from days d
                where d.leads and d.group_id = m.group_id and d.during @> (m.starts_at at time zone g.time_zone)::date)
                then g.calendar_word end
        from meetings m join groups g using (practice_id, group_id)
        where m.practice_id = feed.practice_id and m.starts_at between at - interval '60 days'
            and at + interval '400 days'
          and exists (select from days d where d.group_id = m.group_id
              and d.during @> (m.starts_at at time zone g.time_zone)::date)
        order by m.starts_at, m.meeting_id limit 2000)
    select mine.* from (select) one left join mine on true order by mine.starts_at, mine.meeting_id;
end $$;
grant execute on function access.calendar to cairn_server;
