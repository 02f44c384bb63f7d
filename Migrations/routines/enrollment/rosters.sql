-- What a roster says beyond what its request may see: numbers of other groups, never a person of them; and of its own
-- members two words whose reasons it may not read, what consents are missing and whether a note on safe contact must be
-- heeded. Asked by requests to read rosters, which nobody but the staff can make, and by nobody else.

-- How many seats of each group are taken on a day of it, and how many wait, as known at an instant; null is now. The
-- day and the instant `standing`, at which an offer has to stand that takes its seat, are given for each group.
create function access.seats_counted(groups uuid[], days date[], known timestamptz, standing timestamptz[])
returns table (group_id uuid, active int, paused int, offered int, waitlisted int)
language plpgsql stable security definer rows 1 set search_path = public, access, pg_temp as $$
declare practice uuid := access.practice();
begin
    if access.action() is distinct from 'roster.read' then raise exception 'role_can_never'
        using errcode = '42501'; end if;
    return query
    select s.group_id, (count(*) filter (where s.status = 'active'))::int,
        (count(*) filter (where s.status = 'paused'))::int,
        (count(*) filter (where s.status = 'offered' and public.offer_stands(e.offer_expires_at, w.standing)))::int,
        (count(*) filter (where s.status = 'waitlisted'))::int
    from unnest(groups, days, standing) w (group_id, day, standing)
        join (
            select t.group_id, t.enrollment_id, t.status, t.during from enrollment_spans t
            where known is null and t.practice_id = practice and t.group_id = any (groups) and upper_inf(t.recorded)
            union all
            -- By the group first, which offset 0 makes sure of: the planner takes the ranges of the exclusion
            -- constraints for rarer than they are.
            select t.group_id, t.enrollment_id, t.status, t.during
            from (select u.group_id, u.enrollment_id, u.status, u.during, u.recorded from enrollment_spans u
                  where known is not null and u.practice_id = practice and u.group_id = any (groups) offset 0) t
            where t.recorded @> known
        ) s on s.group_id = w.group_id and s.during @> w.day
        left join enrollments e on s.status = 'offered' and e.practice_id = practice
            and e.enrollment_id = s.enrollment_id
    group by s.group_id;
end $$;
grant execute on function access.seats_counted to cairn_server;

-- The groups of the practice, or of a program, that lie outside the request's scope: what every member of the staff is
-- shown of them on a day; null is that of today in each group. By program and name, after a place in that order.
create function access.other_groups(program uuid, day date, after_program text, after_name text, after_group uuid,
    most int)
returns table (group_id uuid, name text, program_id uuid, phase_id uuid, track_id uuid, capacity smallint,
    time_zone text,
               account_ids uuid[], names text[], roles text[])
language sql stable security definer rows 25 set search_path = public, access, pg_temp
begin atomic
    select g.group_id, g.name, g.program_id, g.phase_id, g.track_id, g.capacity, g.time_zone, f.account_ids, f.names,
        f.roles
    from groups g join programs p using (practice_id, program_id)
        left join lateral (
            select array_agg(a.account_id order by a.name, a.account_id) as account_ids, array_agg(a.name
                order by a.name, a.account_id) as names,
                array_agg(l.role order by a.name, a.account_id) as roles
            from group_facilitators l join accounts a using (practice_id, account_id)
            where l.practice_id = g.practice_id and l.group_id = g.group_id
                and l.during @> coalesce(other_groups.day, (access.at() at time zone g.time_zone)::date)) f on true
    where access.action() = 'roster.read' and not access.whole()
      and g.practice_id = access.practice() and (other_groups.program is null or g.program_id = other_groups.program)
      and not g.group_id = any (access.groups())
      and (after_group is null or (p.name, g.name, g.group_id) > (after_program, after_name, after_group))
    order by p.name, g.name, g.group_id
    limit most;
end;
grant execute on function access.other_groups to cairn_server;

-- Whether a consent was in force on a day, by what had happened before an instant.
create function access.was_in_force(signed_at timestamptz, revoked_at timestamptz, expires_on date,
    by_guardians boolean, birth_date date,
    day date, before timestamptz) returns boolean language sql immutable
return signed_at < before and coalesce(revoked_at >= before, true)
    and coalesce(public.consent_ends_on(expires_on, by_guardians, birth_date) > day, true);

-- Whether there is something to heed before contacting somebody: unless phone, voicemail, text and email are safe at
-- any time. Where nothing has been agreed, nothing is safe.
create function access.is_to_be_heeded(channels text[], voicemail boolean, times text[])
    returns boolean language sql immutable
return not coalesce(channels @> '{phone,text,email}' and voicemail and cardinality(times) = 0, false);

-- For members of groups of programs, pair by pair, on a day and by what had happened before an instant: the kinds of
-- consents that are missing of those that the practice asks of its groups, of who is treated at that age, and of the
-- program; and whether a note on safe contact must be heeded, but not what it says.
create function access.members_at_a_glance(members uuid[], of_programs uuid[], day date, before timestamptz)
returns table (client_id uuid, program_id uuid, missing text[], heeds_safe_contact boolean)
language plpgsql stable security definer rows 12 set search_path = public, access, pg_temp as $$
declare
    practice uuid := access.practice();
    whole boolean := access.whole();
    scope uuid[] := access.clients();
begin
    if access.action() is distinct from 'roster.read' then raise exception 'role_can_never'
        using errcode = '42501'; end if;
    if cardinality(members) <= 400 then
        return query
        with needed as materialized (
            select r.program_id, a = 'minor' as of_minors, array(
                select k from consent_packets q, unnest(q.required) k
                where q.practice_id = practice and q.audience in ('group', a)
                union select unnest(r.consents) order by 1) as kinds
            from public.programs r, unnest('{adult,minor}'::text[]) a
            where r.practice_id = practice and r.program_id = any (of_programs))
        select m.client_id, m.program_id, case when h.kinds is null then n.kinds when h.kinds @> n.kinds then '{}'
                else array(select k from unnest(n.kinds) k where k <> all (h.kinds)) end,
                    access.is_to_be_heeded(t.safe_channels, t.voicemail_allowed, t.safe_times)
        from unnest(members, of_programs) m (client_id, program_id)
            join clients p on p.practice_id = practice and p.client_id = m.client_id
            join needed n on n.program_id = m.program_id and n.of_minors
                = coalesce(public.is_under_age(p.born_until, day), false)
            left join client_contacts t on t.practice_id = practice and t.client_id = m.client_id
            cross join lateral (
                select array_agg(c.kind) as kinds from consents c
                where c.practice_id = practice and c.client_id = m.client_id and c.couple_id is null
                  and access.was_in_force(c.signed_at, c.revoked_at, c.expires_on, c.by_guardians, p.born_from, day,
                      before)) h
        where whole or m.client_id = any (scope);
    else
        return query select * from access.many_at_a_glance(members, of_programs, day, before, practice, whole, scope);
    end if;
end $$;
grant execute on function access.members_at_a_glance to cairn_server;

-- The same for many: by whole tables, and without nested loops, which the planner would take for an array whose length
-- it does not know.
create function access.many_at_a_glance(members uuid[], of_programs uuid[], day date, before timestamptz,
    practice uuid, whole boolean, scope uuid[])
returns table (client_id uuid, program_id uuid, missing text[], heeds_safe_contact boolean)
language plpgsql stable rows 24000 set search_path = public, access, pg_temp set enable_nestloop = off as $$
begin
    return query
    with needed as materialized (
        select r.program_id, a = 'minor' as of_minors, array(
            select k from consent_packets q, unnest(q.required) k
            where q.practice_id = practice and q.audience in ('group', a)
            union select unnest(r.consents) order by 1) as kinds
        from public.programs r, unnest('{adult,minor}'::text[]) a
        where r.practice_id = practice and r.program_id = any (of_programs)),
    h as materialized (
        select c.client_id, array_agg(c.kind) as kinds
        from consents c join clients p on p.practice_id = c.practice_id and p.client_id = c.client_id
        where c.practice_id = practice and c.couple_id is null
          and access.was_in_force(c.signed_at, c.revoked_at, c.expires_on, c.by_guardians, p.born_from, day, before)
        group by c.client_id)
    select m.client_id, m.program_id, case when h.kinds is null then n.kinds when h.kinds @> n.kinds then '{}'
            else array(select k from unnest(n.kinds) k where k <> all (h.kinds)) end,
                access.is_to_be_heeded(t.safe_channels, t.voicemail_allowed, t.safe_times)
    from unnest(members, of_programs) m (client_id, program_id)
        join clients p on p.practice_id = practice and p.client_id = m.client_id
        join needed n on n.program_id = m.program_id and n.of_minors = coalesce(public.is_under_age(p.born_until, day),
            false)
        left join client_contacts t on t.practice_id = practice and t.client_id = m.client_id
        left join h on h.client_id = m.client_id
    where whole or m.client_id = any (scope);
end $$;

-- What the group of an enrollment is called, and its program, for who reads the enrollment: for staff always, for
-- others what they would read of the group itself, while the client has a seat in it, and of the program where it is
-- published.
create function access.group_called(grp uuid, client uuid) returns table (group_name text, program_name text)
language sql stable security definer rows 1 set search_path = public, access, pg_temp
begin atomic
    select g.name, case when p.published or access.by_staff() then p.name end
    from groups g left join programs p using (practice_id, program_id)
    where g.practice_id = access.practice() and g.group_id = grp
      and (access.by_staff() or group_called.client = any (access.clients()) and exists (
          select from enrollments e
          where e.practice_id = g.practice_id and e.group_id = g.group_id and e.client_id = group_called.client
            and e.seat @> access.today_in(grp)));
end;
grant execute on function access.group_called to cairn_server;
