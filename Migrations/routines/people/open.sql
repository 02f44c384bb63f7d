-- Whether something of a client would go on by itself: each kind's word, said here and nowhere else. What is listed as
-- open (people/open_things.sql) is by these words what a closing ends (people/open_things_ends.sql). Of what has a
-- span, whether it goes on is said by access.goes_on.

create function access.is_open(h public.homework, at timestamptz) returns boolean language sql stable as $$
    select public.homework_is_outstanding((h).state) and coalesce((h).closes_at > at, true)
$$;
-- An assignment that makes more pieces, or makes them when something happens.
create function access.is_open(a public.homework_assignments) returns boolean language sql stable as $$
    select (a).ended_at is null and (public.makes_more((a).plan_next) or (a).anchor is not null)
$$;
-- The reset of an account in use goes with that account.
create function access.is_open(i public.invitations, at timestamptz) returns boolean language sql stable as $$
    select (i).kind = 'invitation' and (i).accepted_at is null and (i).expires_at > at
$$;
create function access.is_open(p public.appointments, at timestamptz) returns boolean language sql stable as $$
    select (p).starts_at > at and (p).cancelled_at is null
$$;
-- As whom else somebody signs in than as the client of the own chart: as one of the staff, or as who guards a minor,
-- today or later. Who guards nobody any more still has the role, and it opens nothing.
create function access.stays_as(a public.accounts) returns text language sql stable as $$
    select case when access.is_staff((a).roles) then 'staff' when (a).roles @> '{guardian}' and exists (
        select from public.guardians g join public.guardianships r using (practice_id, guardian_id)
            join public.clients w using (practice_id, client_id) join public.practices t using (practice_id)
            cross join lateral (select (access.at() at time zone t.time_zone)::date as today) d
        where g.practice_id = (a).practice_id and g.account_id = (a).account_id
          and access.goes_on(r.during, d.today) and coalesce(public.is_under_age(w.born_until, d.today), true))
    then 'guardian' end
$$;
-- Of who guards somebody, or works here, the sign-in is not the chart's alone.
create function access.is_open(a public.accounts) returns boolean language sql stable as $$
    select (a).disabled_at is null and access.stays_as(a) is null
$$;
