-- Waitlists: a seat that is free offers itself to the first who waits and may have it. How long an offer stands is in
-- enrollment/offers.sql, who may have it in enrollment/placements.sql.

-- Offers the seats of a group that are free from today on, as long as there are any and somebody waits who may have
-- one. Who may not is passed over, and keeps the place. Answers whom it told.
create function access.offer_seats(practice uuid, grp uuid, today date, at timestamptz) returns uuid[]
language plpgsql set search_path = public, access, pg_temp as $$
declare waiting record; line access.step[]; told uuid[] := '{}'; e enrollments; free int;
begin
    select g.capacity - access.most_taken(practice, grp, daterange(today, null), at) into free
    from groups g where g.practice_id = practice and g.group_id = grp;
    if free > 0 then
        perform from clients c
        where c.practice_id = practice and c.client_id in (
            select s.client_id from enrollment_spans s
            where s.practice_id = offer_seats.practice and s.group_id = grp and upper_inf(s.recorded)
                and s.status = 'waitlisted' and s.during @> today)
        order by c.client_id for key share;
    end if;
    for waiting in
        select t.enrollment_id, t.client_id from enrollments t
            join enrollment_spans s using (practice_id, enrollment_id)
        where s.practice_id = practice and s.group_id = grp and upper_inf(s.recorded) and s.status = 'waitlisted'
            and s.during @> today
        order by t.waiting_since, t.enrollment_id
    loop
        exit when free <= 0;
        select * into e from enrollments t where t.practice_id = practice and t.enrollment_id = waiting.enrollment_id
            for no key update;
        line := access.line_of(practice, e.enrollment_id);
        if access.is_placeable(practice, e.client_id, grp, line, access.with_offer(line, today), today, at) then
            perform access.rewrite(e, line, access.with_offer(line, today), today, at);
            told := told || e.client_id;
            free := free - 1;
        end if;
    end loop;
    return told;
end $$;

-- After a change: what it has freed from today on is offered, which stands in the audit beside the request that freed
-- it.
create function access.offer_what_is_free(
    e public.enrollments, former access.step[], line access.step[], today date, at timestamptz)
returns void language plpgsql set search_path = public, access, pg_temp as $$
declare freed datemultirange;
begin
    freed := (access.seat_of(former) + access.offered_by(former)) - (access.seat_of(line) + access.offered_by(line));
    if not freed && daterange(today, null) then
        return;
    end if;
    perform access.offer_beside(e.practice_id, e.group_id, today, at);
end $$;

-- Offers what is free in a group, and writes it down beside the request that freed it.
create function access.offer_beside(practice uuid, grp uuid, today date, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare told constant uuid[] := access.offer_seats(practice, grp, today, at);
begin
    if told <> '{}' then
        insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, client_ids, outcome)
        select a.practice_id, a.at, a.request_id, a.proof, 'worker', 'any', 'enrollment.offer', 'none', told, 'allowed'
        from access.row_of_the_door(practice) a where a.practice_id is not null;
    end if;
end $$;

-- The groups in which there is something to do.
create function access.groups_to_tend(at timestamptz) returns table (practice_id uuid, group_id uuid, today date,
    time_zone text)
language sql stable as $$
    select distinct s.practice_id, s.group_id, d.today, g.time_zone
    from public.enrollment_spans s join public.groups g using (practice_id, group_id)
        join public.enrollments n using (practice_id, enrollment_id)
        cross join lateral (select (at at time zone g.time_zone)::date as today) d
    where upper_inf(s.recorded) and s.during @> d.today
      and ((s.status = 'offered' and not public.offer_stands(n.offer_expires_at, at))
           or (s.status = 'waitlisted' and g.capacity > access.most_taken(s.practice_id, s.group_id,
               daterange(d.today, null), at)))
$$;

-- What time brings to waitlists: offers that nobody took in time end, and seats that are free are offered. The worker
-- calls it again and again, and what was done is not done twice.
create function access.tend_waitlists(at timestamptz, request uuid, proof bytea) returns int
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    grp record; stale record; line access.step[]; next access.step[]; e enrollments; told uuid[];
    ended_in uuid[] := '{}'; ended uuid[] := '{}'; offered_in uuid[] := '{}'; offered uuid[] := '{}';
begin
    -- All groups before anybody in them, as everywhere.
    perform from groups g where (g.practice_id, g.group_id) in (select t.practice_id, t.group_id
        from access.groups_to_tend(at) t)
    order by g.group_id for no key update;
    -- What is to be done in a group that was not among them waits for the next round.
    for grp in select t.* from access.groups_to_tend(at) t order by t.group_id loop
        perform from groups g where g.practice_id = grp.practice_id and g.group_id = grp.group_id
            for no key update skip locked;
        continue when not found;
        for stale in
            select s.enrollment_id, lower(s.during) as since from enrollment_spans s
                join enrollments t using (practice_id, enrollment_id)
            where s.practice_id = grp.practice_id and s.group_id = grp.group_id and upper_inf(s.recorded)
              and s.status = 'offered' and s.during @> grp.today and not public.offer_stands(t.offer_expires_at, at)
            order by s.enrollment_id
        loop
            select * into e from enrollments t where t.practice_id = grp.practice_id
                and t.enrollment_id = stale.enrollment_id for no key update;
            line := access.line_of(e.practice_id, e.enrollment_id);
            next := access.with_step(
                line, 'withdrawn', greatest(stale.since, (e.offer_expires_at at time zone grp.time_zone)::date), null,
                'The offer was not taken in time.');
            perform access.rewrite(e, line, next, grp.today, at);
            ended_in := ended_in || e.practice_id;
            ended := ended || e.client_id;
        end loop;
        told := access.offer_seats(grp.practice_id, grp.group_id, grp.today, at);
        offered_in := offered_in || array_fill(grp.practice_id, array[cardinality(told)]);
        offered := offered || told;
    end loop;
    perform access.note_work(ended_in, ended, 'enrollment.expire', at, request, proof),
        access.note_work(offered_in, offered, 'enrollment.offer', at, request, proof);
    return cardinality(ended) + cardinality(offered);
end $$;
grant execute on function access.tend_waitlists to cairn_worker;
