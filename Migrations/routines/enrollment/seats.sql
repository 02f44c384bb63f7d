-- How many seats there are, and that no more are taken. Who may have one is in enrollment/placements.sql.

-- The most seats that are taken on any of these days: with a seat, or with an offer that still stands. They change on
-- first days only, so it is enough to count on those.
create function access.most_taken(practice uuid, grp uuid, days daterange, at timestamptz) returns int
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    with taken as (
        select s.during * days as during
        from enrollment_spans s join enrollments e using (practice_id, enrollment_id)
        where s.practice_id = practice and s.group_id = grp and upper_inf(s.recorded) and s.during && days
          and public.takes_seat(s.status, e.offer_expires_at, at))
    select coalesce(max(n), 0)::int
    from (select distinct lower(b.during) as day from taken b) b, lateral (select count(*) as n from taken t
        where t.during @> b.day) counted;
end;

-- A seat is taken under a lock on the group, whoever writes it: on no day are more taken than there are.
create function access.seats_hold() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare seats int;
begin
    select g.capacity into seats from groups g
    where g.practice_id = new.practice_id and g.group_id = new.group_id for no key update;
    if access.most_taken(new.practice_id, new.group_id, new.during, lower(new.recorded)) > seats then
        raise exception 'group_full' using errcode = 'PC409';
    end if;
    return null;
end $$;
create trigger seats_hold after insert on public.enrollment_spans for each row
    when (upper_inf(new.recorded) and public.has_seat_or_offer(new.status))
        execute function access.seats_hold();

-- A capacity is never set below what is taken on any day from today on.
create function access.capacity_holds() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare today constant date := (access.at() at time zone new.time_zone)::date;
begin
    if new.capacity < access.most_taken(new.practice_id, new.group_id, daterange(today, null),
        today::timestamp at time zone new.time_zone) then
        raise exception 'capacity_below_members' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger capacity_holds before update of capacity on public.groups
    for each row when (new.capacity < old.capacity) execute function access.capacity_holds();
