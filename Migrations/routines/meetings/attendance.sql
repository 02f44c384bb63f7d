-- Marks that are taken back: nothing is noted from then on, and what was noted stands in the history, with who has
-- cleared it.

-- Clears the marks of some meetings, those of one client or of all; for the functions of this folder alone.
create function access.clear_marks(practice uuid, meetings uuid[], client uuid, at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    with cleared as (
        delete from attendance a
        where a.practice_id = practice and a.meeting_id = any (meetings) and (client is null or a.client_id = client)
        returning a.*)
    insert into attendance_history
        (practice_id, meeting_id, client_id, group_id, mark, arrived_at, left_at, recorded, recorded_by, cleared_by)
    select c.practice_id, c.meeting_id, c.client_id, c.group_id, c.mark, c.arrived_at, c.left_at,
        tstzrange(c.recorded_at, greatest(at, c.recorded_at + interval '1 microsecond')), c.recorded_by,
            access.account()
    from cleared c
$$;

-- Clears one mark, if it is the one that was seen: its version counts what was noted of the member at this meeting. The
-- meeting is held meanwhile, as it is when marks are recorded.
create function access.clear_mark(meeting uuid, client uuid, seen bigint, at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare m meetings;
begin
    select * into m from meetings t
    where t.practice_id = access.practice() and t.meeting_id = clear_mark.meeting
        and access.action() = 'attendance.record'
      and (access.whole() or coalesce(access.bound() = 'group' and t.group_id = any (access.groups()), false))
    for no key update;
    if not exists (select from attendance a where a.practice_id = m.practice_id and a.meeting_id = m.meeting_id
        and a.client_id = client) then
        raise exception 'not_found' using errcode = 'PC404';
    elsif seen <> (select 1 + count(*) from attendance_history h
                   where h.practice_id = m.practice_id and h.meeting_id = m.meeting_id and h.client_id = client)
    then
        raise exception 'stale_version' using errcode = 'PC412';
    end if;
    perform access.clear_marks(m.practice_id, array[m.meeting_id], client, at);
end $$;
grant execute on function access.clear_mark to cairn_server;

-- What is noted after a mark was cleared is later than that, if by a microsecond.
create function access.mark_follows_its_history() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    new.recorded_at := greatest(new.recorded_at, (
        select max(upper(h.recorded)) from attendance_history h
        where h.practice_id = new.practice_id and h.meeting_id = new.meeting_id and h.client_id = new.client_id));
    return new;
end $$;
create trigger follows_its_history before insert on public.attendance
    for each row execute function access.mark_follows_its_history();

-- Of an episode that was none, nothing counts: marks of its days, where the client had no other seat, and homework of
-- the group that is still open.
create function access.undo_episode(e public.enrollments, had datemultirange, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
begin
    perform access.clear_marks(e.practice_id, array(
        select m.meeting_id from meetings m join groups g using (practice_id, group_id)
        where m.practice_id = e.practice_id and m.group_id = e.group_id
            and had @> (m.starts_at at time zone g.time_zone)::date
          and not exists (
              select from enrollments o
              where o.practice_id = e.practice_id and o.group_id = e.group_id and o.client_id = e.client_id
                and o.seat @> (m.starts_at at time zone g.time_zone)::date)), e.client_id, at);
    update homework h set state = homework_after('withdraw', h.state), remind_at = null, version = h.version + 1
    where h.practice_id = e.practice_id and h.group_id = e.group_id and h.client_id = e.client_id
      and homework_is_outstanding(h.state)
      and not exists (select from enrollments o
                      where o.practice_id = e.practice_id and o.group_id = e.group_id and o.client_id = e.client_id
                          and not isempty(o.seat));
end $$;
