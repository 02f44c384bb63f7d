-- Everything a relation reaches today, for a request that names no single thing: a list of one's own. What has no
-- function here either says nothing without a subject (the partner's homework), or reaches the rows that the caller's
-- own name is on (what one wrote), or the whole practice.

create type access.span as (clients uuid[], couples uuid[], groups uuid[]);

create function access.reach_self(p access.principal) returns setof access.span language sql stable as $$
    select array[p.client_id], '{}'::uuid[], '{}'::uuid[]
$$;

create function access.clients_treated(p access.principal) returns setof uuid language sql stable as $$
    select m.client_id from public.care_team_memberships m
    where m.practice_id = p.practice_id and m.account_id = p.account_id and m.client_id is not null
        and m.during @> p.today
$$;
create function access.clients_led(p access.principal) returns setof uuid language sql stable as $$
    select e.client_id from public.group_facilitators f join public.groups g using (practice_id, group_id)
        join public.enrollments e using (practice_id, group_id)
    where f.practice_id = p.practice_id and f.account_id = p.account_id
        and f.during @> (p.at at time zone g.time_zone)::date
      and e.seat @> (p.at at time zone g.time_zone)::date
$$;
create function access.clients_overseen(p access.principal) returns setof uuid language sql stable as $$
    select m.client_id
    from public.supervisions v join public.care_team_memberships m on m.practice_id = v.practice_id
        and m.account_id = v.supervisee_id
    where v.practice_id = p.practice_id and v.supervisor_id = p.account_id and v.during @> p.today
      and m.client_id is not null and m.during @> p.today
$$;

create function access.reach_treats(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct c from access.clients_treated(p) c), '{}'::uuid[], '{}'::uuid[]
$$;
create function access.reach_leads_client(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct c from access.clients_led(p) c), '{}'::uuid[], '{}'::uuid[]
$$;
create function access.reach_oversees(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct c from access.clients_overseen(p) c), '{}'::uuid[], '{}'::uuid[]
$$;
create function access.reach_sees_client(p access.principal) returns setof access.span language sql stable as $$
    select array(select c from access.clients_treated(p) c union select c from access.clients_led(p) c
                 union select c from access.clients_overseen(p) c), '{}'::uuid[], '{}'::uuid[]
$$;

create function access.groups_led(p access.principal) returns setof uuid language sql stable as $$
    select f.group_id from public.group_facilitators f join public.groups g using (practice_id, group_id)
    where f.practice_id = p.practice_id and f.account_id = p.account_id
        and f.during @> (p.at at time zone g.time_zone)::date
$$;
create function access.reach_facilitates(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct e.client_id from access.groups_led(p) g
                     join public.enrollments e on e.practice_id = p.practice_id and e.group_id = g
                         and not e.was_mistake),
        '{}'::uuid[], array(select g from access.groups_led(p) g)
$$;

-- Interns and counselors treat; who supervises only leads.
create function access.reach_reviews(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct c from access.clients_treated(p) c where p.roles && '{counselor,intern}'),
        '{}'::uuid[],
        array(select g from access.groups_led(p) g)
$$;

-- Those that supervisees lead.
create function access.reach_oversees_group(p access.principal) returns setof access.span language sql stable as $$
    select array(select distinct e.client_id from unnest(o.groups) g
                     join public.enrollments e on e.practice_id = p.practice_id and e.group_id = g
                         and not e.was_mistake),
        '{}'::uuid[], o.groups
    from (select array(
              select f.group_id
              from public.supervisions v join public.group_facilitators f on f.practice_id = v.practice_id
                  and f.account_id = v.supervisee_id
                  join public.groups g on g.practice_id = f.practice_id and g.group_id = f.group_id
              where v.practice_id = p.practice_id and v.supervisor_id = p.account_id and v.during @> p.today
                and f.during @> (p.at at time zone g.time_zone)::date) as groups) o
$$;

-- Who sits in a group is shown the group and nobody in it.
create function access.reach_enrolled_in(p access.principal) returns setof access.span language sql stable as $$
    select array[p.client_id], '{}'::uuid[], array(
        select e.group_id from public.enrollments e join public.groups g using (practice_id, group_id)
        where e.practice_id = p.practice_id and e.client_id = p.client_id
            and e.seat @> (p.at at time zone g.time_zone)::date)
$$;

create function access.clients_guarded(p access.principal, scope text) returns setof uuid language sql stable as $$
    select r.client_id
    from public.guardians g join public.guardianships r using (practice_id, guardian_id)
        join public.clients c using (practice_id, client_id)
    where g.practice_id = p.practice_id and g.account_id = p.account_id and r.during @> p.today
      and public.is_under_age(c.born_from, p.today) and (scope is null or scope = any (r.scopes))
$$;
create function access.reach_guards(p access.principal, scope text default null)
    returns setof access.span language sql stable as $$
    select array(select c from access.clients_guarded(p, scope) c), '{}'::uuid[], '{}'::uuid[]
$$;

create function access.reach_in_care(p access.principal) returns setof access.span language sql stable as $$
    select array(select c.client_id from public.clients c
                 where c.practice_id = p.practice_id and c.client_id = p.client_id and c.status = 'active'),
                     '{}'::uuid[], '{}'::uuid[]
$$;
create function access.reach_guards_in_care(p access.principal) returns setof access.span language sql stable as $$
    select array(select c.client_id from access.clients_guarded(p, null) g
        join public.clients c on c.practice_id = p.practice_id and c.client_id = g
                 where c.status = 'active'), '{}'::uuid[], '{}'::uuid[]
$$;

-- Whose child sits in a group is shown the group and nobody in it.
create function access.reach_guards_member(p access.principal) returns setof access.span language sql stable as $$
    select '{}'::uuid[], '{}'::uuid[], array(
        select distinct e.group_id from access.clients_guarded(p, null) c
            join public.enrollments e on e.practice_id = p.practice_id and e.client_id = c
            join public.groups g on g.practice_id = e.practice_id and g.group_id = e.group_id
        where e.seat @> (p.at at time zone g.time_zone)::date)
$$;
