-- What a secret address shows to a calendar program, which cannot sign in: when somebody leads a meeting of a group, and
-- when somebody has a seat in one. Instants and lengths, no name and no place.

-- No row where there is no such address, or no more; one without a meeting where there is nothing to show.
create function access.calendar(practice uuid, secret_hash bytea, at timestamptz, request uuid, proof bytea)
returns table (meeting_id uuid, starts_at timestamptz, minutes smallint, cancelled boolean, version bigint)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare feed calendar_feeds; owner accounts; zone text;
begin
    select f.* into feed from calendar_feeds f
    where f.practice_id = calendar.practice and f.secret_hash = calendar.secret_hash and f.revoked_at is null;
    select a.* into owner from accounts a
    where a.practice_id = feed.practice_id and a.account_id = feed.account_id and a.disabled_at is null;
    if not found then
        return;
    end if;
    select t.time_zone into zone from practices t where t.practice_id = feed.practice_id;
    perform set_config('synchronous_commit', 'off', true); -- It is read every few hours, and reads are what it writes down.
    if feed.last_read_at is null or feed.last_read_at < at - interval '10 minutes' then
        update calendar_feeds f set last_read_at = at where f.practice_id = feed.practice_id and f.feed_id = feed.feed_id;
    end if;
    insert into audit_events (practice_id, at, request_id, proof, account_id, role, relation, action, kind, resource_id, client_ids, outcome)
    values (feed.practice_id, at, request, proof, owner.account_id, owner.roles[1], 'own', 'me.read', 'calendar_feed', feed.feed_id,
        array_remove(array[owner.client_id], null), 'allowed');
    return query
    with days as (
        select g.group_id, f.during from groups g join group_facilitators f using (practice_id, group_id)
        where g.practice_id = feed.practice_id and f.account_id = owner.account_id
        union all
        select s.group_id, s.during from enrollment_spans s
        where s.practice_id = feed.practice_id and s.client_id = owner.client_id and s.status = 'active' and upper_inf(s.recorded)),
    mine as (
        select m.meeting_id, m.starts_at, m.minutes, m.cancelled, m.version from meetings m
        where m.practice_id = feed.practice_id and m.starts_at between at - interval '60 days' and at + interval '400 days'
          and exists (select from days d where d.group_id = m.group_id and d.during @> (m.starts_at at time zone zone)::date)
        order by m.starts_at, m.meeting_id limit 2000)
    select mine.* from (select) one left join mine on true order by mine.starts_at, mine.meeting_id;
end $$;
