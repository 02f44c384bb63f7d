-- The phases of a program, one after the other: which are lacking, and which open.

-- Which phases a client has not completed that a phase asks for.
create function access.phases_lacking(practice uuid, client uuid, phase uuid, day date)
    returns uuid[] language sql stable as $$
    select array(
        select r.requires_id from public.phase_prerequisites r
        where r.practice_id = practice and r.phase_id = phase and not exists (
            select from public.enrollment_spans s join public.groups g using (practice_id, group_id)
            where s.practice_id = practice and s.client_id = client and upper_inf(s.recorded) and s.status = 'completed'
              and lower(s.during) <= phases_lacking.day and g.phase_id = r.requires_id))
$$;

-- Which phases a completed one opens: those that ask for it, and for which nothing is lacking now.
create function access.phases_opened(enrollment uuid) returns table (phase_id uuid, name text, track text)
language sql stable security definer set search_path = public, access, pg_temp as $$
    select p.phase_id, p.name, k.name
    from enrollments e join groups g using (practice_id, group_id)
        join phase_prerequisites r on r.practice_id = g.practice_id and r.requires_id = g.phase_id
        join phases p on p.practice_id = r.practice_id and p.phase_id = r.phase_id
        left join tracks k on k.practice_id = p.practice_id and k.track_id = p.track_id
    where e.practice_id = access.practice() and e.enrollment_id = enrollment and access.action() = 'enrollment.change'
      and (access.whole() or e.group_id = any (access.groups()))
      and access.status_on(access.line_of(e.practice_id, e.enrollment_id), (access.at() at time zone g.time_zone)::date)
          = 'completed'
      and access.phases_lacking(p.practice_id, e.client_id, p.phase_id, (access.at() at time zone g.time_zone)::date)
          = '{}'
    order by p.position, p.phase_id
$$;
grant execute on function access.phases_opened to cairn_server;
